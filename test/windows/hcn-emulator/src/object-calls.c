#include "object-calls.h"

#include <string.h>

#include "hresults.h"
#include "json-write.h"
#include "memory.h"
#include "objects.h"
#include "service.h"
#include "state.h"
#include "task-strings.h"

static HandleEntry *liveHandle(Call *call, HandleKind kind, void *handle);
static void create(Call *call, const Kind *kind, void *parent, REFGUID id, PCWSTR settings, void **handle);
static void giveJson(Json *value, PWSTR *text);

HRESULT enumerateObjects(const char *function, const Kind *kind, PCWSTR query, PWSTR *ids, PWSTR *record) {
  Call call;
  Query asked;
  if (ids != NULL) *ids = NULL;
  if (callBegin(&call, function, record) && (ids != NULL || fail(&call, E_POINTER, NULL)) && queryRead(&call, query, &asked)) {
    Json *found = jsonArray();
    JSON_EACH(object, stateTable(kind->table))
      if (objectMatches(object, asked.filter)) jsonAppend(found, jsonString(jsonTextOf(object, "ID")));
    giveJson(found, ids);
    jsonFree(asked.filter);
  }
  return callEnd(&call);
}

HRESULT createObject(const char *function, const Kind *kind, void *parent, REFGUID id, PCWSTR settings, void **handle,
                     PWSTR *record) {
  Call call;
  if (handle != NULL) *handle = NULL;
  if (callBegin(&call, function, record)) create(&call, kind, parent, id, settings, handle);
  return callEnd(&call);
}

static void create(Call *call, const Kind *kind, void *parent, REFGUID id, PCWSTR settings, void **handle) {
  char text[GUID_TEXT];
  Json *network = NULL;
  if (id == NULL) return (void)fail(call, E_INVALIDARG, NULL);
  if (handle == NULL) return (void)fail(call, E_POINTER, NULL);
  if (kind == &endpointKind && (network = objectOfHandle(call, &networkKind, parent)) == NULL) return;
  guidToText(id, text);
  Json *document = schemaRead(call, settings);
  if (document == NULL) return;
  Json *object = objectCreate(call, kind, guidIsNull(id) ? NULL : text, document, network);
  if (object == NULL) return;
  HandleEntry entry = {.kind = kind->handle};
  strcpy(entry.id, jsonTextOf(object, "ID"));
  giveHandle(call, entry, handle);
}

HRESULT openObject(const char *function, const Kind *kind, REFGUID id, void **handle, PWSTR *record) {
  Call call;
  if (handle != NULL) *handle = NULL;
  bool goesOn = callBegin(&call, function, record) && (id != NULL || fail(&call, E_INVALIDARG, NULL)) &&
                (handle != NULL || fail(&call, E_POINTER, NULL));
  if (goesOn) {
    HandleEntry entry = {.kind = kind->handle};
    guidToText(id, entry.id);
    callNote(&call, "Object", entry.id);
    if (objectRequire(&call, kind, entry.id) != NULL) giveHandle(&call, entry, handle);
  }
  return callEnd(&call);
}

HRESULT modifyObject(const char *function, const Kind *kind, void *handle, PCWSTR settings, PWSTR *record) {
  Call call;
  Json *object = callBegin(&call, function, record) ? objectOfHandle(&call, kind, handle) : NULL;
  Json *request = object == NULL ? NULL : schemaRead(&call, settings);
  if (request != NULL) kind->modify(&call, object, request);
  jsonFree(request);
  return callEnd(&call);
}

HRESULT queryObject(const char *function, const Kind *kind, void *handle, PCWSTR query, PWSTR *properties, PWSTR *record) {
  Call call;
  Query asked;
  if (properties != NULL) *properties = NULL;
  bool goesOn = callBegin(&call, function, record) && (properties != NULL || fail(&call, E_POINTER, NULL));
  const Json *object = goesOn ? objectOfHandle(&call, kind, handle) : NULL;
  if (object != NULL && queryRead(&call, query, &asked)) {
    Json *document = objectDescribe(kind, object, asked.isV2);
    if (asked.isDetailed) jsonSet(jsonGet(document, "Health") == NULL ? document : jsonGet(document, "Health"), "Extra", jsonObject());
    giveJson(document, properties);
    jsonFree(asked.filter);
  }
  return callEnd(&call);
}

HRESULT deleteObject(const char *function, const Kind *kind, REFGUID id, PWSTR *record) {
  Call call;
  if (callBegin(&call, function, record) && (id != NULL || fail(&call, E_INVALIDARG, NULL))) {
    char text[GUID_TEXT];
    guidToText(id, text);
    callNote(&call, "Object", text);
    Json *object = objectRequire(&call, kind, text);
    if (object != NULL) objectRemove(&call, kind, object);
  }
  return callEnd(&call);
}

/** Closing never fails for want of a service: the handle is the process's own. */
HRESULT closeObject(const char *function, HandleKind kind, void *handle) {
  Call call;
  callBegin(&call, function, NULL);
  HandleEntry *entry = handleFind(handle, kind);
  if (call.result == E_WIN32_RPC_UNAVAILABLE && entry != NULL) call.result = S_OK;
  if (entry == NULL) fail(&call, E_INVALIDARG, NULL);
  else if (SUCCEEDED(call.result)) handleClose(entry);
  return callEnd(&call);
}

Json *objectOfHandle(Call *call, const Kind *kind, void *handle) {
  const HandleEntry *entry = liveHandle(call, kind->handle, handle);
  if (entry == NULL) return NULL;
  callNote(call, "Object", entry->id);
  return objectRequire(call, kind, entry->id);
}

/** A handle from before the service stopped is as good as no service. */
static HandleEntry *liveHandle(Call *call, HandleKind kind, void *handle) {
  HandleEntry *entry = handleFind(handle, kind);
  if (entry == NULL) fail(call, E_INVALIDARG, NULL);
  else if (entry->run != serviceRun()) fail(call, E_WIN32_RPC_UNAVAILABLE, NULL);
  return SUCCEEDED(call->result) ? entry : NULL;
}

bool giveHandle(Call *call, HandleEntry entry, void **handle) {
  *handle = handleOpen(entry);
  return *handle == NULL ? fail(call, E_OUTOFMEMORY, NULL) : true;
}

static void giveJson(Json *value, PWSTR *text) {
  char *written = jsonWrite(value, JSON_ANY_LETTERS);
  *text = giveText(written);
  release(written);
  jsonFree(value);
}
