#pragma once
#include "json.h"

/*
 * What the emulator is told: the JSON document in the environment's variable CNM_EMULATOR, or `@` and the path of a file
 * that holds it; then what CnmEmulatorConfigure is given, field by field. The fields are described in README.md.
 */

const char *configText(const char *key);
const Json *configValue(const char *key);
bool configIsOff(const char *key);
void configMerge(const Json *changes);

/** Whether the HNS that is emulated is of this version or newer. */
bool hnsAtLeast(unsigned major, unsigned minor);
void hnsVersion(unsigned *major, unsigned *minor);

/** Minor version of the newest 2.x schema that the HNS which is emulated knows. */
unsigned schemaMinor(void);
