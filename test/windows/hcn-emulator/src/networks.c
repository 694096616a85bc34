#include "networks.h"

#include "adapters.h"
#include "config.h"
#include "enums.h"
#include "hresults.h"
#include "network-modify.h"
#include "network-policies.h"
#include "notifications.h"
#include "objects.h"
#include "state.h"
#include "subnets.h"
#include "text.h"
#include "v1-networks.h"

static const Field MAC_RANGE_FIELDS[] = {{"StartMacAddress", FIELD_TEXT, 0, NULL}, {"EndMacAddress", FIELD_TEXT, 0, NULL}, {0}};
static const Field MAC_POOL_FIELDS[] = {{"Ranges", FIELD_OBJECTS, 0, MAC_RANGE_FIELDS}, {0}};
static const Field IPAM_FIELDS[] = {{"Type", FIELD_ENUM, 0, NULL}, {"Subnets", FIELD_OBJECTS, 0, SUBNET_FIELDS}, {0}};
static const Field NETWORK_FIELDS[] = {BASE_FIELDS,
                                       {"Type", FIELD_ENUM, 0, NULL},
                                       {"Policies", FIELD_OBJECTS, 0, POLICY_FIELDS},
                                       {"MacPool", FIELD_OBJECT, 0, MAC_POOL_FIELDS},
                                       {"Dns", FIELD_OBJECT, 0, DNS_FIELDS},
                                       {"Ipams", FIELD_OBJECTS, 0, IPAM_FIELDS},
                                       {"Flags", FIELD_ENUM, 0, NULL},
                                       {0}};

static const char *const TYPES[] = {"NAT",     "ICS",      "Transparent", "L2Bridge",   "L2Tunnel",       "Overlay",
                                    "Private", "Internal", "Mirrored",    "Infiniband", "ConstrainedICS", NULL};

static const FlagName FLAGS[] = {{"EnableDnsProxy", 1},      {"EnableDhcpServer", 2},   {"EnableMirroring", 4},
                                 {"EnableNonPersistent", 8}, {"EnablePersistent", 16},  {"IsolateVSwitch", 32},
                                 {"EnableFlowSteering", 64}, {"DisableSharing", 128},   {"EnableFirewall", 256},
                                 {"SuppressMediaDisconnect", 512}, {"DisableHostPort", 1024}, {"WeakHostReceive", 2048},
                                 {"WeakHostSend", 4096},     {"EnableIov", 8192},       {NULL, 0}};

enum { DISABLE_HOST_PORT = 1024 };

static bool networkCreate(Call *call, Json *network, const Json *parent);
static void networkCreated(Json *network);
static bool networkRemove(Call *call, Json *network);
static void networkRemoved(const Json *network);
static void networkDescribe(Json *document);
static bool checkType(Call *call, Json *network);
static bool checkName(Call *call, const Json *network);
static bool completeMacPool(Call *call, Json *network);
static bool isMacTaken(const char *networkId, uint64_t mac);

const Kind networkKind = {.name = "Network",
                          .table = "Networks",
                          .handle = HANDLE_NETWORK,
                          .notFound = HCN_E_NETWORK_NOT_FOUND,
                          .exists = HCN_E_NETWORK_ALREADY_EXISTS,
                          .fields = NETWORK_FIELDS,
                          .fromV1 = v1NetworkRead,
                          .create = networkCreate,
                          .created = networkCreated,
                          .modify = networkModify,
                          .remove = networkRemove,
                          .removed = networkRemoved,
                          .describe = networkDescribe,
                          .toV1 = v1NetworkWrite};

bool networkIs(const Json *network, const char *type) {
  return sameText(jsonTextOf(network, "Type"), type);
}

Json *networkSubnets(const Json *network) {
  Json *subnets = jsonArray();
  JSON_EACH(ipam, jsonGet(network, "Ipams"))
    JSON_EACH(subnet, jsonGet(ipam, "Subnets")) jsonAppend(subnets, jsonClone(subnet));
  return subnets;
}

const char *subnetGateway(const Json *subnet) {
  JSON_EACH(route, jsonGet(subnet, "Routes")) {
    const char *destination = jsonTextOf(route, "DestinationPrefix");
    if (sameText(destination, "0.0.0.0/0") || sameText(destination, "::/0")) return jsonTextOf(route, "NextHop");
  }
  return NULL;
}

bool networkFreeMac(const Json *network, char mac[MAC_TEXT]) {
  JSON_EACH(range, jsonGet(jsonGet(network, "MacPool"), "Ranges")) {
    uint64_t first = 0, last = 0;
    macParse(jsonTextOf(range, "StartMacAddress"), &first);
    macParse(jsonTextOf(range, "EndMacAddress"), &last);
    for (uint64_t candidate = first; candidate <= last; candidate++) {
      if (isMacTaken(jsonTextOf(network, "ID"), candidate)) continue;
      macFormat(candidate, mac);
      return true;
    }
  }
  return false;
}

static bool isMacTaken(const char *networkId, uint64_t mac) {
  JSON_EACH(endpoint, stateTable(endpointKind.table)) {
    uint64_t taken;
    bool isHere = sameText(jsonTextOf(endpoint, "HostComputeNetwork"), networkId);
    if (isHere && macParse(jsonTextOf(endpoint, "MacAddress"), &taken) && taken == mac) return true;
  }
  return false;
}

Json *networkEndpoints(const char *networkId) {
  Json *found = jsonArray();
  JSON_EACH(endpoint, stateTable(endpointKind.table))
    if (sameText(jsonTextOf(endpoint, "HostComputeNetwork"), networkId)) jsonAppend(found, jsonClone(endpoint));
  return found;
}

static bool networkCreate(Call *call, Json *network, const Json *parent) {
  (void)parent;
  bool isGood = checkType(call, network) && checkName(call, network) && networkPoliciesCheck(call, network) &&
                adapterChoose(call, network) && subnetsComplete(call, network) && completeMacPool(call, network);
  if (isGood) notify(HcnNotificationNetworkPreCreate, jsonTextOf(network, "ID"), NULL);
  return isGood;
}

static bool checkType(Call *call, Json *network) {
  if (!enumNormalize(call, network, "Type", TYPES, HCN_E_INVALID_NETWORK_TYPE)) return false;
  if (networkIs(network, "Mirrored") && schemaMinor() < 4) return fail(call, HCN_E_INVALID_NETWORK_TYPE, NULL);
  if (networkIs(network, "Infiniband") && schemaMinor() < 4) return fail(call, HCN_E_INVALID_NETWORK_TYPE, NULL);
  if (networkIs(network, "ConstrainedICS") && schemaMinor() < 10) return fail(call, HCN_E_INVALID_NETWORK_TYPE, NULL);
  if (!flagsNormalize(call, network, "Flags", FLAGS)) return false;
  bool isTooNew = (jsonNumberOf(network, "Flags") & DISABLE_HOST_PORT) != 0 && !hnsAtLeast(15, 1);
  return isTooNew ? fail(call, E_INVALIDARG, NULL) : true;
}

static bool checkName(Call *call, const Json *network) {
  const char *name = jsonTextOf(network, "Name");
  if (name == NULL || name[0] == '\0') return true;
  JSON_EACH(other, stateTable(networkKind.table))
    if (sameText(jsonTextOf(other, "Name"), name)) return fail(call, HCN_E_NETWORK_ALREADY_EXISTS, NULL);
  return true;
}

static bool completeMacPool(Call *call, Json *network) {
  const Json *ranges = jsonGet(jsonGet(network, "MacPool"), "Ranges");
  JSON_EACH(range, ranges) {
    uint64_t first, last;
    bool isGood = macParse(jsonTextOf(range, "StartMacAddress"), &first) &&
                  macParse(jsonTextOf(range, "EndMacAddress"), &last) && first <= last;
    if (!isGood) return fail(call, HCN_E_INVALID_NETWORK, NULL);
  }
  if (jsonCount(ranges) > 0) return true;
  // Microsoft's own range, a part a network.
  uint64_t part = jsonNumberOf(stateRoot(), "LastMacPool") + 1;
  jsonSetNumber(stateRoot(), "LastMacPool", part);
  char first[MAC_TEXT], last[MAC_TEXT];
  macFormat(0x00155d000000ull | (part & 0xfff) << 12, first);
  macFormat(0x00155d000fffull | (part & 0xfff) << 12, last);
  Json *range = jsonObject();
  jsonSetText(range, "StartMacAddress", first);
  jsonSetText(range, "EndMacAddress", last);
  Json *pool = jsonObject();
  jsonAppend(jsonArrayOf(pool, "Ranges"), range);
  jsonSet(network, "MacPool", pool);
  return true;
}

static void networkCreated(Json *network) {
  notify(HcnNotificationNetworkCreate, jsonTextOf(network, "ID"), NULL);
}

/** Its endpoints go with it. */
static bool networkRemove(Call *call, Json *network) {
  const char *id = jsonTextOf(network, "ID");
  notify(HcnNotificationNetworkPreDelete, id, NULL);
  Json *endpoints = networkEndpoints(id);
  JSON_EACH(endpoint, endpoints) objectRemove(call, &endpointKind, objectFind(&endpointKind, jsonTextOf(endpoint, "ID")));
  jsonFree(endpoints);
  return true;
}

static void networkRemoved(const Json *network) {
  notify(HcnNotificationNetworkDelete, jsonTextOf(network, "ID"), NULL);
}

static void networkDescribe(Json *document) {
  jsonSet(document, "Health", jsonObject());
  jsonSetNumber(document, "State", 1);
}
