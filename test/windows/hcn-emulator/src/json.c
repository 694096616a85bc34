#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"

static Json *make(JsonKind kind, const char *text);
static bool sameFields(const Json *a, const Json *b);

Json *jsonObject(void) {
  return make(JSON_OBJECT, NULL);
}

Json *jsonArray(void) {
  return make(JSON_ARRAY, NULL);
}

Json *jsonString(const char *text) {
  return make(JSON_STRING, text);
}

Json *jsonNumber(uint64_t number) {
  char digits[24];
  snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
  return make(JSON_NUMBER, digits);
}

Json *jsonBoolean(bool value) {
  return make(value ? JSON_TRUE : JSON_FALSE, NULL);
}

static Json *make(JsonKind kind, const char *text) {
  Json *value = allocate(sizeof *value);
  *value = (Json){.kind = kind, .text = text == NULL ? NULL : copyText(text)};
  return value;
}

Json *jsonClone(const Json *value) {
  if (value == NULL) return NULL;
  Json *copy = make(value->kind, value->text);
  if (value->key != NULL) copy->key = copyText(value->key);
  for (size_t i = 0; i < value->count; i++) jsonAppend(copy, jsonClone(value->items[i]));
  return copy;
}

void jsonFree(Json *value) {
  if (value == NULL) return;
  for (size_t i = 0; i < value->count; i++) jsonFree(value->items[i]);
  release(value->items);
  release(value->key);
  release(value->text);
  release(value);
}

Json *jsonGet(const Json *object, const char *key) {
  if (object == NULL || object->kind != JSON_OBJECT) return NULL;
  for (size_t i = object->count; i > 0; i--)
    if (sameText(object->items[i - 1]->key, key)) return object->items[i - 1];
  return NULL;
}

size_t jsonCount(const Json *value) {
  return value == NULL ? 0 : value->count;
}

Json *jsonAt(const Json *array, size_t index) {
  return index < jsonCount(array) ? array->items[index] : NULL;
}

const char *jsonText(const Json *value) {
  return value != NULL && value->kind == JSON_STRING ? value->text : NULL;
}

const char *jsonTextOf(const Json *object, const char *key) {
  return jsonText(jsonGet(object, key));
}

bool jsonUnsigned(const Json *value, uint64_t *number) {
  if (value == NULL || value->kind != JSON_NUMBER) return false;
  if (strspn(value->text, "0123456789") != strlen(value->text) || strlen(value->text) > 19) return false;
  *number = strtoull(value->text, NULL, 10);
  return true;
}

uint64_t jsonNumberOf(const Json *object, const char *key) {
  uint64_t number = 0;
  return jsonUnsigned(jsonGet(object, key), &number) ? number : 0;
}

bool jsonIsTrue(const Json *object, const char *key) {
  const Json *value = jsonGet(object, key);
  return value != NULL && value->kind == JSON_TRUE;
}

bool jsonEqual(const Json *a, const Json *b) {
  if (a == NULL || b == NULL) return a == b;
  if (a->kind != b->kind || a->count != b->count) return false;
  if (a->kind == JSON_STRING) return sameText(a->text, b->text);
  if (a->kind == JSON_NUMBER) return strcmp(a->text, b->text) == 0;
  if (a->kind == JSON_OBJECT) return sameFields(a, b);
  for (size_t i = 0; i < a->count; i++)
    if (!jsonEqual(a->items[i], b->items[i])) return false;
  return true;
}

static bool sameFields(const Json *a, const Json *b) {
  for (size_t i = 0; i < a->count; i++)
    if (!jsonEqual(a->items[i], jsonGet(b, a->items[i]->key))) return false;
  return true;
}

void jsonSet(Json *object, const char *key, Json *value) {
  release(value->key);
  value->key = copyText(key);
  for (size_t i = object->count; i > 0; i--) {
    if (!sameText(object->items[i - 1]->key, key)) continue;
    jsonFree(object->items[i - 1]);
    object->items[i - 1] = value;
    return;
  }
  jsonAppend(object, value);
}

void jsonSetText(Json *object, const char *key, const char *text) {
  jsonSet(object, key, jsonString(text));
}

void jsonSetNumber(Json *object, const char *key, uint64_t number) {
  jsonSet(object, key, jsonNumber(number));
}

void jsonAppend(Json *array, Json *value) {
  if (array->count == array->capacity) {
    array->capacity = array->capacity == 0 ? 4 : array->capacity * 2;
    array->items = reallocate(array->items, array->capacity * sizeof *array->items);
  }
  array->items[array->count++] = value;
}

void jsonRemove(Json *object, const char *key) {
  for (size_t i = jsonCount(object); i > 0; i--)
    if (sameText(object->items[i - 1]->key, key)) jsonRemoveAt(object, i - 1);
}

void jsonRemoveAt(Json *array, size_t index) {
  jsonFree(array->items[index]);
  array->count--;
  memmove(array->items + index, array->items + index + 1, (array->count - index) * sizeof *array->items);
}

Json *jsonArrayOf(Json *object, const char *key) {
  Json *array = jsonGet(object, key);
  if (array != NULL && array->kind == JSON_ARRAY) return array;
  jsonSet(object, key, jsonArray());
  return jsonGet(object, key);
}

void jsonDropNulls(Json *value) {
  for (size_t i = jsonCount(value); i > 0; i--) {
    Json *item = value->items[i - 1];
    if (value->kind == JSON_OBJECT && item->kind == JSON_NULL) jsonRemoveAt(value, i - 1);
    else jsonDropNulls(item);
  }
}
