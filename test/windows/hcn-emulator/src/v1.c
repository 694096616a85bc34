#include "config.h"
#include "exports.h"
#include "hresults.h"
#include "json-write.h"
#include "memory.h"
#include "namespaces.h"
#include "objects.h"
#include "state.h"
#include "statistics.h"
#include "task-strings.h"
#include "text.h"
#include "v1-endpoints.h"
#include "v1-policylists.h"

/** A call of HNSCall: `/resource/id/action`. */
typedef struct Request {
  char *method;
  char *resource;
  char *id;
  char *action;
  /** What was sent; NULL for nothing. */
  Json *settings;
} Request;

typedef struct Resource {
  const char *name;
  Json *(*answer)(Call *call, const Request *request);
} Resource;

static void requestRead(Call *call, Request *request, PCWSTR method, PCWSTR path, PCWSTR body);
static void requestFree(Request *request);
static Json *answer(Call *call, const Request *request);
static Json *answerVersion(Call *call, const Request *request);
static Json *answerNetworks(Call *call, const Request *request);
static Json *answerEndpoints(Call *call, const Request *request);
static Json *answerEndpointAction(Call *call, const Request *request);
static Json *answerStatistics(Call *call, const Request *request);
static Json *answerAddresses(Call *call, const Request *request);
static Json *answerPolicyLists(Call *call, const Request *request);
static Json *answerNamespaces(Call *call, const Request *request);
static Json *answerNothing(Call *call, const Request *request);
static Json *answerKind(Call *call, const Request *request, const Kind *kind);
static Json *list(const Kind *kind);
static Json *describe(Call *call, const Kind *kind, const Json *object);
static Json *create(Call *call, const Kind *kind, const Json *settings, const Json *parent);
static bool is(const Request *request, const char *method);
static bool isSet(const char *text);

static const Resource RESOURCES[] = {{"globals", answerVersion},          {"networks", answerNetworks},
                                     {"endpoints", answerEndpoints},      {"endpointstats", answerStatistics},
                                     {"endpointaddresses", answerAddresses}, {"policylists", answerPolicyLists},
                                     {"namespaces", answerNamespaces},    {"activities", answerNothing},
                                     {"plugins", answerNothing},          {"portpools", answerNothing},
                                     {"accelnet", answerNothing}};

/** S_OK with `"Success": false` is how HNS fails. */
HRESULT WINAPI CnmEmulatorHNSCall(PCWSTR method, PCWSTR path, PCWSTR body, PWSTR *response) {
  if (method == NULL || path == NULL) return E_INVALIDARG;
  if (response == NULL) return E_POINTER;
  Call call;
  Request request = {0};
  Json *output = NULL;
  *response = NULL;
  bool goesOn = callBegin(&call, "HNSCall", NULL);
  if (goesOn) {
    requestRead(&call, &request, method, path, body);
    output = SUCCEEDED(call.result) ? answer(&call, &request) : NULL;
  }
  Json *said = output == NULL && FAILED(call.result) ? errorRecordOf(call.result, call.message) : jsonObject();
  if (SUCCEEDED(call.result)) {
    jsonSet(said, "Success", jsonBoolean(true));
    if (output != NULL) jsonSet(said, "Output", output);
  }
  requestFree(&request);
  HRESULT result = callEnd(&call);
  // A fault that was asked for, or a service that is not there: the call itself fails.
  if (goesOn) {
    char *text = jsonWrite(said, JSON_ANY_LETTERS);
    *response = giveText(text);
    release(text);
    result = SUCCEEDED(result) || jsonGet(said, "Error") != NULL ? S_OK : result;
  }
  jsonFree(said);
  return result;
}

static void requestRead(Call *call, Request *request, PCWSTR method, PCWSTR path, PCWSTR body) {
  char *whole = narrow(path);
  const char *rest = whole[0] == '/' ? whole + 1 : whole;
  callNote(call, "Path", whole);
  request->method = narrow(method);
  callNote(call, "Method", request->method);
  request->resource = nextPart(&rest, '/');
  request->id = nextPart(&rest, '/');
  request->action = nextPart(&rest, '/');
  release(whole);
  if (body != NULL && body[0] != 0) request->settings = schemaRead(call, body);
}

static void requestFree(Request *request) {
  release(request->method);
  release(request->resource);
  release(request->id);
  release(request->action);
  jsonFree(request->settings);
}

static Json *answer(Call *call, const Request *request) {
  for (size_t i = 0; i < sizeof RESOURCES / sizeof *RESOURCES; i++)
    if (sameText(RESOURCES[i].name, request->resource)) return RESOURCES[i].answer(call, request);
  fail(call, E_WIN32_ELEMENT_NOT_FOUND, NULL);
  return NULL;
}

static Json *answerVersion(Call *call, const Request *request) {
  if (!sameText(request->id, "version") || !is(request, "GET")) return fail(call, E_WIN32_ELEMENT_NOT_FOUND, NULL), NULL;
  unsigned major, minor;
  hnsVersion(&major, &minor);
  Json *version = jsonObject();
  jsonSetNumber(version, "Major", major);
  jsonSetNumber(version, "Minor", minor);
  return version;
}

static Json *answerNetworks(Call *call, const Request *request) {
  return answerKind(call, request, &networkKind);
}

static Json *answerEndpoints(Call *call, const Request *request) {
  if (isSet(request->action)) return answerEndpointAction(call, request);
  if (!is(request, "POST")) return answerKind(call, request, &endpointKind);
  if (isSet(request->id)) {
    Json *endpoint = objectRequire(call, &endpointKind, request->id);
    bool isUpdated = endpoint != NULL && v1EndpointUpdate(call, endpoint, request->settings);
    return isUpdated ? describe(call, &endpointKind, objectFind(&endpointKind, request->id)) : NULL;
  }
  const char *networkId = jsonTextOf(request->settings, "VirtualNetwork");
  const Json *network = objectFind(&networkKind, networkId);
  JSON_EACH(named, stateTable(networkKind.table)) {
    bool isMeant = sameText(jsonTextOf(named, "Name"), jsonTextOf(request->settings, "VirtualNetworkName"));
    if (network == NULL && !isSet(networkId) && isMeant) network = named;
  }
  if (network == NULL) return fail(call, HCN_E_NETWORK_NOT_FOUND, NULL), NULL;
  return create(call, &endpointKind, request->settings, network);
}

/** To a container or to the host: no namespace, so no notification [INF]. */
static Json *answerEndpointAction(Call *call, const Request *request) {
  Json *endpoint = objectRequire(call, &endpointKind, request->id);
  if (endpoint == NULL) return NULL;
  bool isAttached = jsonGet(endpoint, "$SharedContainers") != NULL;
  if (sameText(request->action, "attach")) {
    if (isAttached) return fail(call, HCN_RESULT(0x14), NULL), NULL;
    jsonArrayOf(endpoint, "$SharedContainers");
    const char *container = jsonTextOf(request->settings, "ContainerId");
    if (container != NULL) jsonAppend(jsonGet(endpoint, "$SharedContainers"), jsonString(container));
  } else if (sameText(request->action, "detach")) {
    if (!isAttached) return fail(call, HCN_E_ENDPOINT_NOT_ATTACHED, NULL), NULL;
    jsonRemove(endpoint, "$SharedContainers");
  } else {
    return fail(call, E_WIN32_ELEMENT_NOT_FOUND, NULL), NULL;
  }
  stateChanged();
  return describe(call, &endpointKind, endpoint);
}

static Json *answerStatistics(Call *call, const Request *request) {
  const Json *endpoint = objectRequire(call, &endpointKind, request->id);
  return endpoint == NULL ? NULL : endpointStatistics(endpoint);
}

static Json *answerAddresses(Call *call, const Request *request) {
  (void)call, (void)request;
  return list(&endpointKind);
}

static Json *answerPolicyLists(Call *call, const Request *request) {
  const Kind *kind = &loadBalancerKind;
  if (is(request, "POST")) kind = v1PolicyListIsRoute(request->settings) ? &sdnRouteKind : &loadBalancerKind;
  else if (isSet(request->id) && objectFind(&loadBalancerKind, request->id) == NULL) kind = &sdnRouteKind;
  Json *said = answerKind(call, request, kind);
  bool isWholeList = is(request, "GET") && !isSet(request->id);
  if (!isWholeList || said == NULL) return said;
  Json *routes = list(&sdnRouteKind);
  JSON_EACH(route, routes) jsonAppend(said, jsonClone(route));
  jsonFree(routes);
  return said;
}

static Json *answerNamespaces(Call *call, const Request *request) {
  if (!isSet(request->action)) return answerKind(call, request, &namespaceKind);
  Json *object = objectRequire(call, &namespaceKind, request->id);
  if (object == NULL) return NULL;
  const char *endpointId = jsonTextOf(jsonGet(request->settings, "Data"), "Id");
  bool isAdd = sameText(request->action, "addresource");
  if (!isAdd && !sameText(request->action, "removeresource")) return fail(call, E_WIN32_ELEMENT_NOT_FOUND, NULL), NULL;
  bool isDone = isAdd ? namespaceAttach(call, object, endpointId) : namespaceDetach(call, object, endpointId);
  return isDone ? describe(call, &namespaceKind, object) : NULL;
}

/** Diagnostics of which the emulator has none. */
static Json *answerNothing(Call *call, const Request *request) {
  (void)call, (void)request;
  return jsonArray();
}

static Json *answerKind(Call *call, const Request *request, const Kind *kind) {
  if (is(request, "POST") && !isSet(request->id)) return create(call, kind, request->settings, NULL);
  if (is(request, "GET") && !isSet(request->id)) return list(kind);
  Json *object = objectRequire(call, kind, request->id);
  if (object == NULL) return NULL;
  if (is(request, "GET")) return describe(call, kind, object);
  if (!is(request, "DELETE")) return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL), NULL;
  Json *last = describe(call, kind, object);
  if (objectRemove(call, kind, object)) return last;
  jsonFree(last);
  return NULL;
}

static Json *create(Call *call, const Kind *kind, const Json *settings, const Json *parent) {
  if (settings == NULL) return fail(call, HCN_E_INVALID_JSON, NULL), NULL;
  const Json *created = objectCreate(call, kind, NULL, jsonClone(settings), parent);
  return created == NULL ? NULL : describe(call, kind, created);
}

static Json *list(const Kind *kind) {
  Json *all = jsonArray();
  JSON_EACH(object, stateTable(kind->table)) jsonAppend(all, objectDescribe(kind, object, false));
  return all;
}

static Json *describe(Call *call, const Kind *kind, const Json *object) {
  callNote(call, "Object", jsonTextOf(object, "ID"));
  return objectDescribe(kind, object, false);
}

static bool is(const Request *request, const char *method) {
  return sameText(request->method, method);
}

static bool isSet(const char *text) {
  return text != NULL && text[0] != '\0';
}
