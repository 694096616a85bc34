#include "namespaces.h"

#include "compartments.h"
#include "endpoints.h"
#include "enums.h"
#include "hresults.h"
#include "notifications.h"
#include "objects.h"
#include "requests.h"
#include "state.h"
#include "text.h"

static const Field RESOURCE_FIELDS[] = {{"Type", FIELD_ENUM, 0, NULL}, {"Data", FIELD_OBJECT, 0, NULL}, {0}};
/** The last two are in no public schema; hcsshim and the PowerShell module send them to Windows Server 2022 and newer. */
static const Field NAMESPACE_FIELDS[] = {BASE_FIELDS,
                                         {"NamespaceId", FIELD_NUMBER, 0, NULL},
                                         {"NamespaceGuid", FIELD_GUID, 0, NULL},
                                         {"Type", FIELD_ENUM, 0, NULL},
                                         {"Resources", FIELD_OBJECTS, 0, RESOURCE_FIELDS},
                                         {"CreateWithCompartment", FIELD_BOOLEAN, 11, NULL},
                                         {"ReadyOnCreate", FIELD_BOOLEAN, 11, NULL},
                                         {0}};
static const Field ENDPOINT_SETTINGS[] = {{"EndpointId", FIELD_GUID, 0, NULL}, {0}};
static const Field CONTAINER_SETTINGS[] = {{"ContainerId", FIELD_TEXT, 0, NULL}, {0}};

static const char *const TYPES[] = {"Host", "HostDefault", "Guest", "GuestDefault", NULL};
static const char *const RESOURCES[] = {"Container", "Endpoint", NULL};

static bool namespaceCreate(Call *call, Json *object, const Json *parent);
static void namespaceCreated(Json *object);
static bool namespaceModify(Call *call, Json *object, Json *request);
static bool namespaceRemove(Call *call, Json *object);
static void namespaceRemoved(const Json *object);
static void namespaceDescribe(Json *document);
static bool checkResources(Call *call, const Json *object);
static bool modifyContainer(Call *call, Json *object, const Json *request, const char *containerId);
static void addResource(Json *object, const char *type, const char *id);
static bool removeResource(Json *object, const char *type, const char *id);
static bool isType(const Json *object, const char *type);

const Kind namespaceKind = {.name = "Namespace",
                            .table = "Namespaces",
                            .handle = HANDLE_NAMESPACE,
                            .notFound = E_WIN32_ELEMENT_NOT_FOUND,
                            .exists = E_WIN32_ALREADY_EXISTS,
                            .fields = NAMESPACE_FIELDS,
                            .create = namespaceCreate,
                            .created = namespaceCreated,
                            .modify = namespaceModify,
                            .remove = namespaceRemove,
                            .removed = namespaceRemoved,
                            .describe = namespaceDescribe};

static bool namespaceCreate(Call *call, Json *object, const Json *parent) {
  (void)parent;
  if (!enumNormalize(call, object, "Type", TYPES, E_INVALIDARG)) return false;
  bool isDefault = isType(object, "HostDefault") || isType(object, "GuestDefault");
  // The guest's side has this code; what the host says is unknown [INF].
  if (isDefault) JSON_EACH(other, stateTable(namespaceKind.table))
    if (isType(other, jsonTextOf(object, "Type"))) return fail(call, GCN_E_DEFAULTNAMESPACE_EXISTS, NULL);
  if (!checkResources(call, object)) return false;
  bool hasCompartment = jsonIsTrue(object, "CreateWithCompartment") && isType(object, "Host");
  jsonRemove(object, "CreateWithCompartment");
  jsonRemove(object, "ReadyOnCreate");
  jsonSetNumber(object, "NamespaceId", isType(object, "HostDefault") ? DEFAULT_COMPARTMENT : 0);
  if (hasCompartment) compartmentGive(object);
  return true;
}

static bool checkResources(Call *call, const Json *object) {
  JSON_EACH(resource, jsonGet(object, "Resources")) {
    if (!sameText(jsonTextOf(resource, "Type"), "Endpoint")) continue;
    const Json *endpoint = objectRequire(call, &endpointKind, jsonTextOf(jsonGet(resource, "Data"), "Id"));
    if (endpoint == NULL) return false;
    bool isTaken = jsonTextOf(endpoint, "HostComputeNamespace") != NULL;
    if (isTaken) return fail(call, HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS, NULL);
  }
  return true;
}

static void namespaceCreated(Json *object) {
  JSON_EACH(resource, jsonGet(object, "Resources")) {
    Json *endpoint = objectFind(&endpointKind, jsonTextOf(jsonGet(resource, "Data"), "Id"));
    if (endpoint != NULL) endpointAttach(endpoint, jsonTextOf(object, "ID"));
  }
  notify(HcnNotificationNamespaceCreate, jsonTextOf(object, "ID"), NULL);
}

static bool namespaceModify(Call *call, Json *object, Json *request) {
  if (!requestCheck(call, request, RESOURCES)) return false;
  const Json *settings = jsonGet(request, "Settings");
  bool isEndpoint = requestIs(request, "Endpoint");
  if (settings == NULL || settings->kind != JSON_OBJECT) return fail(call, HCN_E_INVALID_JSON, NULL);
  if (!schemaCheck(call, settings, isEndpoint ? ENDPOINT_SETTINGS : CONTAINER_SETTINGS)) return false;
  const char *id = jsonTextOf(settings, isEndpoint ? "EndpointId" : "ContainerId");
  if (!isEndpoint) return modifyContainer(call, object, request, id);
  if (sameText(jsonTextOf(request, "RequestType"), "Add")) return namespaceAttach(call, object, id);
  if (sameText(jsonTextOf(request, "RequestType"), "Remove")) return namespaceDetach(call, object, id);
  return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL);
}

bool namespaceAttach(Call *call, Json *target, const char *endpointId) {
  Json *endpoint = objectRequire(call, &endpointKind, endpointId);
  if (endpoint == NULL) return false;
  if (endpointIsRemote(endpoint)) return fail(call, HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, NULL);
  if (jsonTextOf(endpoint, "HostComputeNamespace") != NULL)
    return fail(call, HCN_E_ENDPOINT_NAMESPACE_ALREADY_EXISTS, NULL);
  namespaceAddEndpoint(target, endpoint);
  return true;
}

bool namespaceDetach(Call *call, Json *holder, const char *endpointId) {
  Json *endpoint = objectRequire(call, &endpointKind, endpointId);
  if (endpoint == NULL) return false;
  if (!sameText(jsonTextOf(endpoint, "HostComputeNamespace"), jsonTextOf(holder, "ID")))
    return fail(call, HCN_E_ENDPOINT_NOT_ATTACHED, NULL);
  namespaceRemoveEndpoint(holder, endpoint);
  return true;
}

void namespaceAddEndpoint(Json *target, Json *endpoint) {
  addResource(target, "Endpoint", jsonTextOf(endpoint, "ID"));
  endpointAttach(endpoint, jsonTextOf(target, "ID"));
  stateChanged();
}

void namespaceRemoveEndpoint(Json *holder, Json *endpoint) {
  removeResource(holder, "Endpoint", jsonTextOf(endpoint, "ID"));
  endpointDetach(endpoint);
  stateChanged();
}

/** A container that starts in it is what a namespace gets its compartment for (Windows-Containers #401). */
static bool modifyContainer(Call *call, Json *object, const Json *request, const char *containerId) {
  if (containerId == NULL || containerId[0] == '\0') return fail(call, E_INVALIDARG, NULL);
  bool isAdd = sameText(jsonTextOf(request, "RequestType"), "Add");
  if (!isAdd && !sameText(jsonTextOf(request, "RequestType"), "Remove")) return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL);
  if (!isAdd && !removeResource(object, "Container", containerId)) return fail(call, E_WIN32_ELEMENT_NOT_FOUND, NULL);
  if (isAdd) addResource(object, "Container", containerId);
  if (isAdd && isType(object, "Host") && jsonNumberOf(object, "NamespaceId") == 0) compartmentGive(object);
  stateChanged();
  return true;
}

static void addResource(Json *object, const char *type, const char *id) {
  Json *data = jsonObject();
  jsonSetText(data, "Id", id);
  Json *resource = jsonObject();
  jsonSetText(resource, "Type", type);
  jsonSet(resource, "Data", data);
  jsonAppend(jsonArrayOf(object, "Resources"), resource);
}

static bool removeResource(Json *object, const char *type, const char *id) {
  Json *resources = jsonArrayOf(object, "Resources");
  for (size_t i = 0; i < resources->count; i++) {
    const Json *resource = resources->items[i];
    bool isMeant = sameText(jsonTextOf(resource, "Type"), type) && sameText(jsonTextOf(jsonGet(resource, "Data"), "Id"), id);
    if (!isMeant) continue;
    jsonRemoveAt(resources, i);
    return true;
  }
  return false;
}

/** Its endpoints stay, in no namespace [INF]. */
static bool namespaceRemove(Call *call, Json *object) {
  (void)call;
  JSON_EACH(endpoint, stateTable(endpointKind.table))
    if (sameText(jsonTextOf(endpoint, "HostComputeNamespace"), jsonTextOf(object, "ID"))) endpointDetach(endpoint);
  return true;
}

static void namespaceRemoved(const Json *object) {
  notify(HcnNotificationNamespaceDelete, jsonTextOf(object, "ID"), NULL);
}

static void namespaceDescribe(Json *document) {
  if (jsonNumberOf(document, "NamespaceId") == 0) jsonRemove(document, "NamespaceGuid");
}

static bool isType(const Json *object, const char *type) {
  return sameText(jsonTextOf(object, "Type"), type);
}
