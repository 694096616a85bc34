#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#include "file.h"
#include "json-parse.h"
#include "memory.h"
#include "text.h"

enum { DEFAULT_MAJOR = 15, DEFAULT_MINOR = 5, DEFAULT_SCHEMA = 16 };

static Json *config;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

static Json *read(void);
static BOOL CALLBACK readEnvironment(PINIT_ONCE ignored, PVOID parameter, PVOID *context);

const Json *configValue(const char *key) {
  return jsonGet(read(), key);
}

const char *configText(const char *key) {
  return jsonText(configValue(key));
}

bool configIsOff(const char *key) {
  const Json *value = configValue(key);
  return value != NULL && value->kind == JSON_FALSE;
}

void configMerge(const Json *changes) {
  read();
  JSON_EACH(change, changes) jsonSet(config, change->key, jsonClone(change));
}

bool hnsAtLeast(unsigned major, unsigned minor) {
  unsigned thisMajor, thisMinor;
  hnsVersion(&thisMajor, &thisMinor);
  return thisMajor > major || (thisMajor == major && thisMinor >= minor);
}

void hnsVersion(unsigned *major, unsigned *minor) {
  const char *version = configText("Version");
  if (version != NULL && sscanf(version, "%u.%u", major, minor) == 2) return;
  *major = DEFAULT_MAJOR;
  *minor = DEFAULT_MINOR;
}

unsigned schemaMinor(void) {
  const char *version = configText("Schema");
  unsigned major, minor;
  return version != NULL && sscanf(version, "%u.%u", &major, &minor) == 2 ? minor : DEFAULT_SCHEMA;
}

static Json *read(void) {
  InitOnceExecuteOnce(&once, readEnvironment, NULL, NULL);
  return config;
}

static BOOL CALLBACK readEnvironment(PINIT_ONCE ignored, PVOID parameter, PVOID *context) {
  (void)ignored, (void)parameter, (void)context;
  static WCHAR variable[32768];
  if (GetEnvironmentVariableW(L"CNM_EMULATOR", variable, 32768) == 0) {
    config = jsonObject();
    return TRUE;
  }
  char *text = narrow(variable);
  if (text[0] == '@') {
    char *content = fileRead(text + 1);
    release(text);
    text = content;
  }
  config = text == NULL ? NULL : jsonParse(text);
  if (config == NULL || config->kind != JSON_OBJECT) {
    fprintf(stderr, "hcn-emulator: CNM_EMULATOR is neither a JSON object nor @ and the path of one\n");
    ExitProcess(2);
  }
  release(text);
  return TRUE;
}
