#include "schema.h"

#include <string.h>

#include "config.h"
#include "guid.h"
#include "hresults.h"
#include "json-parse.h"
#include "memory.h"
#include "text.h"

const Field SCHEMA_VERSION_FIELDS[] = {{"Major", FIELD_NUMBER, 0, NULL}, {"Minor", FIELD_NUMBER, 0, NULL}, {0}};

const Field DNS_FIELDS[] = {{"Domain", FIELD_TEXT, 0, NULL},
                            {"Search", FIELD_TEXTS, 0, NULL},
                            {"ServerList", FIELD_TEXTS, 0, NULL},
                            {"Options", FIELD_TEXTS, 0, NULL},
                            {0}};

const Field ROUTE_FIELDS[] = {{"NextHop", FIELD_TEXT, 0, NULL},
                              {"DestinationPrefix", FIELD_TEXT, 0, NULL},
                              {"Metric", FIELD_NUMBER, 0, NULL},
                              {0}};

const Field POLICY_FIELDS[] = {{"Type", FIELD_ENUM, 0, NULL}, {"Settings", FIELD_ANY, 0, NULL}, {0}};

static bool checkVersion(Call *call, const Json *document);
static bool checkField(Call *call, const Json *value, const Field *fields);
static bool isOfKind(const Json *value, FieldKind kind);
static bool areAll(const Json *array, JsonKind kind);
static bool blame(Call *call, const char *field, const char *fault);
static void dropPrivate(Json *value);

bool schemaCheck(Call *call, const Json *document, const Field *fields) {
  if (!checkVersion(call, document)) return false;
  JSON_EACH(value, document) if (!checkField(call, value, fields)) return false;
  return true;
}

/** A schema that this HNS does not know yet [INF]. */
static bool checkVersion(Call *call, const Json *document) {
  const Json *version = jsonGet(document, "SchemaVersion");
  bool isNewer = jsonNumberOf(version, "Major") > 2 || jsonNumberOf(version, "Minor") > schemaMinor();
  return version != NULL && isNewer ? blame(call, "SchemaVersion", "UnsupportedVersion") : true;
}

static bool checkField(Call *call, const Json *value, const Field *fields) {
  const Field *field = fields;
  while (field->name != NULL && !sameText(field->name, value->key)) field++;
  if (field->name == NULL || field->since > schemaMinor())
    return configIsOff("Strict") ? true : blame(call, value->key, "UnknownField");
  if (!isOfKind(value, field->kind)) return blame(call, value->key, "InvalidType");
  if (field->kind == FIELD_OBJECT && field->fields != NULL) return schemaCheck(call, value, field->fields);
  if (field->kind == FIELD_OBJECTS && field->fields != NULL)
    JSON_EACH(item, value) if (!schemaCheck(call, item, field->fields)) return false;
  return true;
}

static bool isOfKind(const Json *value, FieldKind kind) {
  uint64_t number;
  GUID guid;
  switch (kind) {
    case FIELD_TEXT:
      return value->kind == JSON_STRING;
    case FIELD_NUMBER:
      return jsonUnsigned(value, &number);
    case FIELD_BOOLEAN:
      return value->kind == JSON_TRUE || value->kind == JSON_FALSE;
    case FIELD_ENUM:
      return value->kind == JSON_STRING || jsonUnsigned(value, &number);
    case FIELD_GUID:
      return value->kind == JSON_STRING && (value->text[0] == '\0' || guidFromText(value->text, &guid));
    case FIELD_OBJECT:
      return value->kind == JSON_OBJECT;
    case FIELD_OBJECTS:
      return value->kind == JSON_ARRAY && areAll(value, JSON_OBJECT);
    case FIELD_TEXTS:
      return value->kind == JSON_ARRAY && areAll(value, JSON_STRING);
    default:
      return true;
  }
}

static bool areAll(const Json *array, JsonKind kind) {
  JSON_EACH(item, array) if (item->kind != kind) return false;
  return true;
}

static bool blame(Call *call, const char *field, const char *fault) {
  char *message = formatText("%s{{%s,%s}}", resultText(HCN_E_INVALID_JSON), field, fault);
  fail(call, HCN_E_INVALID_JSON, message);
  release(message);
  return false;
}

Json *schemaRead(Call *call, PCWSTR text) {
  char *narrowed = text == NULL ? NULL : narrow(text);
  callNote(call, "Document", narrowed);
  Json *document = narrowed == NULL ? NULL : jsonParse(narrowed);
  release(narrowed);
  if (document == NULL || document->kind != JSON_OBJECT) {
    jsonFree(document);
    fail(call, text == NULL ? E_INVALIDARG : HCN_E_INVALID_JSON, NULL);
    return NULL;
  }
  jsonDropNulls(document);
  dropPrivate(document);
  return document;
}

/** Names that begin with `$` are the emulator's own. */
static void dropPrivate(Json *value) {
  for (size_t i = jsonCount(value); i > 0; i--) {
    Json *item = value->items[i - 1];
    if (value->kind == JSON_OBJECT && item->key[0] == '$') jsonRemoveAt(value, i - 1);
    else dropPrivate(item);
  }
}

bool schemaIsV2(const Json *document) {
  return jsonNumberOf(jsonGet(document, "SchemaVersion"), "Major") >= 2;
}
