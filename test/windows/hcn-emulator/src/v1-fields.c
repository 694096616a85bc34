#include "v1-fields.h"

#include <ctype.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "text.h"

void fieldCopy(Json *to, const char *toKey, const Json *from, const char *fromKey) {
  const Json *value = jsonGet(from, fromKey);
  if (value != NULL) jsonSet(to, toKey, jsonClone(value));
}

void fieldSplit(Json *to, const char *toKey, const Json *from, const char *fromKey) {
  const char *list = jsonTextOf(from, fromKey);
  for (char *part; (part = nextPart(&list, ',')) != NULL; release(part))
    if (part[0] != '\0') jsonAppend(jsonArrayOf(to, toKey), jsonString(part));
}

void fieldJoin(Json *to, const char *toKey, const Json *from, const char *fromKey) {
  const Json *list = jsonGet(from, fromKey);
  if (jsonCount(list) == 0) return;
  Buffer buffer = {0};
  JSON_EACH(part, list) {
    if (buffer.length > 0) bufferByte(&buffer, ',');
    if (jsonText(part) != NULL) bufferText(&buffer, jsonText(part));
  }
  char *text = bufferTake(&buffer);
  jsonSetText(to, toKey, text);
  release(text);
}

void fieldId(Json *to, const char *toKey, const Json *from, const char *fromKey) {
  const char *id = jsonTextOf(from, fromKey);
  if (id == NULL) return;
  char *upper = copyText(id);
  for (char *at = upper; *at != '\0'; at++) *at = (char)toupper((unsigned char)*at);
  jsonSetText(to, toKey, upper);
  release(upper);
}

void policyAdd(Json *object, const char *type, Json *settings) {
  Json *policy = jsonObject();
  jsonSetText(policy, "Type", type);
  jsonSet(policy, "Settings", settings);
  jsonAppend(jsonArrayOf(object, "Policies"), policy);
}

Json *v2Document(void) {
  Json *version = jsonObject();
  jsonSetNumber(version, "Major", 2);
  jsonSetNumber(version, "Minor", 0);
  Json *document = jsonObject();
  jsonSet(document, "SchemaVersion", version);
  return document;
}
