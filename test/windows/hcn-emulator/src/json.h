#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum JsonKind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } JsonKind;

/** A JSON value. A number keeps its digits: nothing is lost between a document that came and one that goes. */
typedef struct Json {
  JsonKind kind;
  char *key;
  char *text;
  struct Json **items;
  size_t count;
  size_t capacity;
} Json;

Json *jsonObject(void);
Json *jsonArray(void);
Json *jsonString(const char *text);
Json *jsonNumber(uint64_t number);
Json *jsonBoolean(bool value);
Json *jsonClone(const Json *value);
void jsonFree(Json *value);

/* Readers accept NULL, and answer as for something absent. Keys are compared without regard to case; the last one counts. */

Json *jsonGet(const Json *object, const char *key);
size_t jsonCount(const Json *value);
Json *jsonAt(const Json *array, size_t index);
/** The text of a string; NULL for everything else. */
const char *jsonText(const Json *value);
const char *jsonTextOf(const Json *object, const char *key);
bool jsonUnsigned(const Json *value, uint64_t *number);
/** The number at this key, or 0. */
uint64_t jsonNumberOf(const Json *object, const char *key);
bool jsonIsTrue(const Json *object, const char *key);
/** Whether both say the same: the order of an object's fields and the case of its keys do not matter. */
bool jsonEqual(const Json *a, const Json *b);

/* Writers take the value over. */

void jsonSet(Json *object, const char *key, Json *value);
void jsonSetText(Json *object, const char *key, const char *text);
void jsonSetNumber(Json *object, const char *key, uint64_t number);
void jsonAppend(Json *array, Json *value);
void jsonRemove(Json *object, const char *key);
void jsonRemoveAt(Json *array, size_t index);
/** The array at this key, made unless it is there. */
Json *jsonArrayOf(Json *object, const char *key);
/** Fields that are null are as good as absent. */
void jsonDropNulls(Json *value);

#define JSON_EACH(item, array)                                                                       \
  for (size_t item##At = 0, item##Once = 1; item##At < jsonCount(array); item##At++, item##Once = 1) \
    for (Json *item = (array)->items[item##At]; item##Once; item##Once = 0)
