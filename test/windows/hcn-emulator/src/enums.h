#pragma once
#include "call.h"

typedef struct FlagName {
  const char *name;
  unsigned bit;
} FlagName;

/**
 * The field becomes a name of the list, which ends with NULL; it may have been given by number. Absent, it becomes the first.
 * Otherwise the call fails with `fault`.
 */
bool enumNormalize(Call *call, Json *object, const char *key, const char *const *names, HRESULT fault);

/** The field becomes a number; it may have been given as `Name, Name`. Absent, it stays so. The list ends with no name. */
bool flagsNormalize(Call *call, Json *object, const char *key, const FlagName *names);
