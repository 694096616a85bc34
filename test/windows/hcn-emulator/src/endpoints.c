#include "endpoints.h"

#include "endpoint-addresses.h"
#include "endpoint-policies.h"
#include "enums.h"
#include "hresults.h"
#include "memory.h"
#include "namespaces.h"
#include "networks.h"
#include "notifications.h"
#include "objects.h"
#include "policies.h"
#include "requests.h"
#include "state.h"
#include "text.h"
#include "v1-endpoints.h"

static const Field IP_CONFIGURATION_FIELDS[] = {{"IpAddress", FIELD_TEXT, 0, NULL},
                                                {"PrefixLength", FIELD_NUMBER, 0, NULL},
                                                {"IpSubnetId", FIELD_GUID, 3, NULL},
                                                {0}};
static const Field ENDPOINT_FIELDS[] = {BASE_FIELDS,
                                        {"HostComputeNetwork", FIELD_GUID, 0, NULL},
                                        {"HostComputeNamespace", FIELD_GUID, 0, NULL},
                                        {"Policies", FIELD_OBJECTS, 0, POLICY_FIELDS},
                                        {"IpConfigurations", FIELD_OBJECTS, 0, IP_CONFIGURATION_FIELDS},
                                        {"Dns", FIELD_OBJECT, 0, DNS_FIELDS},
                                        {"Routes", FIELD_OBJECTS, 0, ROUTE_FIELDS},
                                        {"MacAddress", FIELD_TEXT, 0, NULL},
                                        {"Flags", FIELD_ENUM, 0, NULL},
                                        {0}};
static const Field POLICIES_FIELDS[] = {{"Policies", FIELD_OBJECTS, 0, POLICY_FIELDS}, {0}};
static const Field PORT_FIELDS[] = {{"PortId", FIELD_GUID, 0, NULL},
                                    {"VirtualNicName", FIELD_TEXT, 0, NULL},
                                    {"VirtualMachineId", FIELD_GUID, 0, NULL},
                                    {0}};

static const FlagName FLAGS[] = {{"RemoteEndpoint", REMOTE_ENDPOINT}, {"DisableInterComputeCommunication", 2},
                                 {"EnableMirroring", 4},              {"EnableLowInterfaceMetric", 8},
                                 {"OverrideDNSServerOrder", 16},      {"EnableDhcp", 32},
                                 {NULL, 0}};
static const char *const RESOURCES[] = {"Port", "Policy", NULL};

enum { STATE_CREATED = 1, STATE_ATTACHED = 2 };

static bool endpointCreate(Call *call, Json *endpoint, const Json *network);
static void endpointCreated(Json *endpoint);
static bool endpointModify(Call *call, Json *endpoint, Json *request);
static bool endpointRemove(Call *call, Json *endpoint);
static void endpointDescribe(Json *document);
static bool chooseMac(Call *call, Json *endpoint, const Json *network);
static bool checkNamespace(Call *call, const Json *endpoint);
static void addSwitchPort(Json *endpoint);
static bool modifyPort(Call *call, Json *endpoint, const Json *settings);
static bool modifyPolicies(Call *call, Json *endpoint, const Json *request, Json *settings);

const Kind endpointKind = {.name = "Endpoint",
                           .table = "Endpoints",
                           .handle = HANDLE_ENDPOINT,
                           .notFound = HCN_E_ENDPOINT_NOT_FOUND,
                           .exists = E_WIN32_ALREADY_EXISTS,
                           .fields = ENDPOINT_FIELDS,
                           .fromV1 = v1EndpointRead,
                           .create = endpointCreate,
                           .created = endpointCreated,
                           .modify = endpointModify,
                           .remove = endpointRemove,
                           .describe = endpointDescribe,
                           .toV1 = v1EndpointWrite};

bool endpointIsRemote(const Json *endpoint) {
  return (jsonNumberOf(endpoint, "Flags") & REMOTE_ENDPOINT) != 0;
}

static bool endpointCreate(Call *call, Json *endpoint, const Json *network) {
  jsonSetText(endpoint, "HostComputeNetwork", jsonTextOf(network, "ID"));
  bool isGood = flagsNormalize(call, endpoint, "Flags", FLAGS) && checkNamespace(call, endpoint) &&
                endpointAddressesComplete(call, endpoint, network) && chooseMac(call, endpoint, network) &&
                endpointPoliciesCheck(call, jsonGet(endpoint, "Policies"), endpoint, network);
  if (isGood) addSwitchPort(endpoint);
  return isGood;
}

static bool checkNamespace(Call *call, const Json *endpoint) {
  const char *id = jsonTextOf(endpoint, "HostComputeNamespace");
  if (id == NULL || id[0] == '\0' || sameText(id, "00000000-0000-0000-0000-000000000000")) return true;
  if (endpointIsRemote(endpoint)) return fail(call, HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, NULL);
  return objectRequire(call, &namespaceKind, id) != NULL;
}

static bool chooseMac(Call *call, Json *endpoint, const Json *network) {
  char text[MAC_TEXT];
  uint64_t mac, taken;
  const char *given = jsonTextOf(endpoint, "MacAddress");
  if (given == NULL || given[0] == '\0') {
    if (endpointIsRemote(endpoint)) return true;
    // A pool without a free address [INF].
    if (!networkFreeMac(network, text)) return fail(call, HCN_E_INVALID_ENDPOINT, NULL);
    jsonSetText(endpoint, "MacAddress", text);
    return true;
  }
  if (!macParse(given, &mac)) return fail(call, HCN_E_INVALID_ENDPOINT, NULL);
  JSON_EACH(other, stateTable(endpointKind.table)) {
    bool isHere = sameText(jsonTextOf(other, "HostComputeNetwork"), jsonTextOf(network, "ID"));
    bool isTaken = isHere && macParse(jsonTextOf(other, "MacAddress"), &taken) && taken == mac;
    // The same MAC address twice in a network [INF].
    if (isTaken) return fail(call, HCN_E_INVALID_ENDPOINT, NULL);
  }
  macFormat(mac, text);
  jsonSetText(endpoint, "MacAddress", text);
  return true;
}

/** The port of the switch, under which VFP knows it. */
static void addSwitchPort(Json *endpoint) {
  if (endpointIsRemote(endpoint)) return;
  char port[GUID_TEXT];
  guidNew(port);
  Json *parameters = jsonObject();
  jsonSetText(parameters, "SwitchId", jsonTextOf(endpoint, "HostComputeNetwork"));
  jsonSetText(parameters, "SwitchPortId", port);
  jsonSet(endpoint, "AdditionalParams", parameters);
}

static void endpointCreated(Json *endpoint) {
  char *id = jsonTextOf(endpoint, "HostComputeNamespace") == NULL ? NULL : copyText(jsonTextOf(endpoint, "HostComputeNamespace"));
  jsonRemove(endpoint, "HostComputeNamespace");
  Json *target = id == NULL ? NULL : objectFind(&namespaceKind, id);
  if (target != NULL) namespaceAddEndpoint(target, endpoint);
  release(id);
}

void endpointAttach(Json *endpoint, const char *namespaceId) {
  jsonSetText(endpoint, "HostComputeNamespace", namespaceId);
  notify(HcnNotificationNetworkEndpointAttached, jsonTextOf(endpoint, "ID"), NULL);
}

void endpointDetach(Json *endpoint) {
  jsonRemove(endpoint, "HostComputeNamespace");
  notify(HcnNotificationNetworkEndpointDetached, jsonTextOf(endpoint, "ID"), NULL);
}

static bool endpointModify(Call *call, Json *endpoint, Json *request) {
  if (!requestCheck(call, request, RESOURCES)) return false;
  Json *settings = jsonGet(request, "Settings");
  if (settings == NULL || settings->kind != JSON_OBJECT) return fail(call, HCN_E_INVALID_JSON, NULL);
  Json *changed = jsonClone(endpoint);
  bool isGood = requestIs(request, "Port") ? modifyPort(call, changed, settings)
                                           : modifyPolicies(call, changed, request, settings);
  if (isGood) objectReplace(&endpointKind, endpoint, changed);
  else jsonFree(changed);
  return isGood;
}

static bool modifyPort(Call *call, Json *endpoint, const Json *settings) {
  if (!schemaCheck(call, settings, PORT_FIELDS)) return false;
  if (endpointIsRemote(endpoint)) return fail(call, HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, NULL);
  const char *port = jsonTextOf(settings, "PortId");
  if (port != NULL) jsonSetText(jsonGet(endpoint, "AdditionalParams"), "SwitchPortId", port);
  return true;
}

/** What Update replaces is not in the way of what replaces it: the new policies are checked against the others. */
static bool modifyPolicies(Call *call, Json *endpoint, const Json *request, Json *settings) {
  if (!schemaCheck(call, settings, POLICIES_FIELDS)) return false;
  Json *policies = jsonGet(settings, "Policies");
  Json *network = objectFind(&networkKind, jsonTextOf(endpoint, "HostComputeNetwork"));
  bool isRemoval = sameText(jsonTextOf(request, "RequestType"), "Remove");
  bool isUpdate = sameText(jsonTextOf(request, "RequestType"), "Update");
  Json *before = jsonClone(endpoint);
  if (isUpdate) endpointPoliciesForget(before, policies);
  bool isGood = isRemoval ? endpointPoliciesNormalize(call, policies, before)
                          : endpointPoliciesCheck(call, policies, before, network);
  jsonFree(before);
  return isGood && policiesChange(call, endpoint, request, policies);
}

static bool endpointRemove(Call *call, Json *endpoint) {
  (void)call;
  const char *id = jsonTextOf(endpoint, "HostComputeNamespace");
  Json *holder = id == NULL ? NULL : objectFind(&namespaceKind, id);
  if (holder != NULL) namespaceRemoveEndpoint(holder, endpoint);
  return true;
}

static void endpointDescribe(Json *document) {
  bool isAttached = jsonTextOf(document, "HostComputeNamespace") != NULL;
  jsonSet(document, "Health", jsonObject());
  jsonSetNumber(document, "State", isAttached ? STATE_ATTACHED : STATE_CREATED);
  if (!isAttached) jsonSetText(document, "HostComputeNamespace", "00000000-0000-0000-0000-000000000000");
}
