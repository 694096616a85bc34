#include "objects.h"

#include <string.h>

#include "config.h"
#include "hresults.h"
#include "json-parse.h"
#include "memory.h"
#include "state.h"
#include "text.h"

static bool chooseId(Call *call, const Kind *kind, const char *id, Json *document);
static size_t placeOf(const Json *table, const Json *object);
static bool matchesField(const Json *object, const Json *wanted);
static bool isSame(const Json *value, const Json *wanted);

Json *objectFind(const Kind *kind, const char *id) {
  JSON_EACH(object, stateTable(kind->table)) if (sameText(jsonTextOf(object, "ID"), id)) return object;
  return NULL;
}

Json *objectRequire(Call *call, const Kind *kind, const char *id) {
  Json *object = objectFind(kind, id);
  if (object == NULL) fail(call, kind->notFound, NULL);
  return object;
}

Json *objectCreate(Call *call, const Kind *kind, const char *id, Json *settings, const Json *parent) {
  if (schemaIsV2(settings) || kind->fromV1 == NULL) return objectCreateV2(call, kind, id, settings, parent);
  Json *document = kind->fromV1(call, settings);
  jsonFree(settings);
  return document == NULL ? NULL : objectCreateV2(call, kind, id, document, parent);
}

Json *objectCreateV2(Call *call, const Kind *kind, const char *id, Json *document, const Json *parent) {
  bool isGood = schemaCheck(call, document, kind->fields) && chooseId(call, kind, id, document) &&
                kind->create(call, document, parent);
  if (!isGood) {
    jsonFree(document);
    return NULL;
  }
  jsonRemove(document, "SchemaVersion");
  callNote(call, "Object", jsonTextOf(document, "ID"));
  jsonAppend(stateTable(kind->table), document);
  stateChanged();
  if (kind->created != NULL) kind->created(document);
  return document;
}

/** The parameter counts, then the settings' `ID`; else it is a new one. */
static bool chooseId(Call *call, const Kind *kind, const char *id, Json *document) {
  char chosen[GUID_TEXT];
  GUID guid;
  const char *given = id != NULL ? id : jsonTextOf(document, "ID");
  if (given == NULL || given[0] == '\0') {
    guidNew(chosen);
  } else if (guidFromText(given, &guid) && !guidIsNull(&guid)) {
    guidToText(&guid, chosen);
  } else if (guidFromText(given, &guid)) {
    guidNew(chosen);
  } else {
    return fail(call, HCN_E_GUID_CONVERSION_FAILURE, NULL);
  }
  if (objectFind(kind, chosen) != NULL) return fail(call, kind->exists, NULL);
  jsonSetText(document, "ID", chosen);
  return true;
}

bool objectRemove(Call *call, const Kind *kind, Json *object) {
  if (kind->remove != NULL && !kind->remove(call, object)) return false;
  Json *last = jsonClone(object);
  Json *table = stateTable(kind->table);
  jsonRemoveAt(table, placeOf(table, object));
  stateChanged();
  if (kind->removed != NULL) kind->removed(last);
  jsonFree(last);
  return true;
}

Json *objectReplace(const Kind *kind, Json *object, Json *changed) {
  Json *table = stateTable(kind->table);
  table->items[placeOf(table, object)] = changed;
  jsonFree(object);
  stateChanged();
  return changed;
}

static size_t placeOf(const Json *table, const Json *object) {
  size_t place = 0;
  while (table->items[place] != object) place++;
  return place;
}

Json *objectDescribe(const Kind *kind, const Json *object, bool isV2) {
  if (!isV2 && kind->toV1 != NULL) return kind->toV1(object);
  Json *document = jsonClone(object);
  if (kind->describe != NULL) kind->describe(document);
  Json *version = jsonObject();
  jsonSetNumber(version, "Major", 2);
  jsonSetNumber(version, "Minor", schemaMinor());
  jsonSet(document, "SchemaVersion", version);
  return document;
}

bool queryRead(Call *call, PCWSTR text, Query *query) {
  *query = (Query){0};
  if (text == NULL || text[0] == 0) return true;
  Json *document = schemaRead(call, text);
  if (document == NULL) return false;
  query->isV2 = schemaIsV2(document);
  const Json *flags = jsonGet(document, "Flags");
  query->isDetailed = sameText(jsonText(flags), "Detailed") || (jsonNumberOf(document, "Flags") & 1) != 0;
  const char *filter = jsonTextOf(document, "Filter");
  if (filter != NULL && filter[0] != '\0') query->filter = jsonParse(filter);
  bool isBad = filter != NULL && filter[0] != '\0' && (query->filter == NULL || query->filter->kind != JSON_OBJECT);
  jsonFree(document);
  if (!isBad) return true;
  jsonFree(query->filter);
  return fail(call, HCN_E_INVALID_JSON, NULL);
}

bool objectMatches(const Json *object, const Json *filter) {
  JSON_EACH(wanted, filter) if (wanted->kind != JSON_NULL && !matchesField(object, wanted)) return false;
  return true;
}

/** Endpoints are also found by their network's id and name in the words of v1. */
static bool matchesField(const Json *object, const Json *wanted) {
  const char *network = jsonTextOf(object, "HostComputeNetwork");
  if (sameText(wanted->key, "VirtualNetwork")) return sameText(network, jsonText(wanted));
  if (sameText(wanted->key, "VirtualNetworkName"))
    return isSame(jsonGet(objectFind(&networkKind, network), "Name"), wanted);
  return isSame(jsonGet(object, wanted->key), wanted);
}

static bool isSame(const Json *value, const Json *wanted) {
  uint64_t number;
  bool isDefault = value == NULL && jsonUnsigned(wanted, &number) && number == 0;
  return isDefault || (value != NULL && jsonEqual(value, wanted));
}
