#include "enums.h"

#include "hresults.h"
#include "memory.h"
#include "text.h"

static bool bitOf(const char *name, const FlagName *names, uint64_t *bits);

bool enumNormalize(Call *call, Json *object, const char *key, const char *const *names, HRESULT fault) {
  const Json *value = jsonGet(object, key);
  const char *text = jsonText(value);
  bool isAbsent = value == NULL || (text != NULL && text[0] == '\0');
  uint64_t index = 0;
  bool isNumber = jsonUnsigned(value, &index);
  for (uint64_t i = 0; names[i] != NULL; i++) {
    if (!isAbsent && !sameText(text, names[i]) && !(isNumber && index == i)) continue;
    jsonSetText(object, key, names[i]);
    return true;
  }
  return fail(call, fault, NULL);
}

bool flagsNormalize(Call *call, Json *object, const char *key, const FlagName *names) {
  const char *list = jsonTextOf(object, key);
  if (list == NULL) return true;
  uint64_t bits = 0;
  bool isKnown = true;
  for (char *name; isKnown && (name = nextPart(&list, ',')) != NULL; release(name)) isKnown = bitOf(name, names, &bits);
  if (!isKnown) return fail(call, HCN_E_INVALID_JSON, NULL);
  jsonSetNumber(object, key, bits);
  return true;
}

static bool bitOf(const char *name, const FlagName *names, uint64_t *bits) {
  if (sameText(name, "None") || name[0] == '\0') return true;
  while (names->name != NULL && !sameText(names->name, name)) names++;
  *bits |= names->bit;
  return names->name != NULL;
}
