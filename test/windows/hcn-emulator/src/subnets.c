#include "subnets.h"

#include <stdio.h>

#include "enums.h"
#include "guid.h"
#include "hresults.h"
#include "networks.h"
#include "objects.h"
#include "policies.h"
#include "state.h"
#include "text.h"

static const Field ISOLATION_FIELDS[] = {{"IsolationId", FIELD_NUMBER, 0, NULL}, {0}};
static const Field SUBNET_POLICY_FIELDS[] = {{"Type", FIELD_ENUM, 0, NULL}, {"Settings", FIELD_OBJECT, 0, ISOLATION_FIELDS}, {0}};
const Field IP_SUBNET_FIELDS[] = {BASE_FIELDS, {"IpAddressPrefix", FIELD_TEXT, 0, NULL}, {"Flags", FIELD_ENUM, 5, NULL}, {0}};
const Field SUBNET_FIELDS[] = {BASE_FIELDS,
                               {"IpAddressPrefix", FIELD_TEXT, 0, NULL},
                               {"Policies", FIELD_OBJECTS, 0, SUBNET_POLICY_FIELDS},
                               {"Routes", FIELD_OBJECTS, 0, ROUTE_FIELDS},
                               {"IpSubnets", FIELD_OBJECTS, 0, IP_SUBNET_FIELDS},
                               {"Flags", FIELD_ENUM, 0, NULL},
                               {0}};

static const FlagName SUBNET_FLAGS[] = {{"DoNotReserveGatewayAddress", 1}, {NULL, 0}};
static const char *const IPAM_TYPES[] = {"Static", "Dhcp", NULL};

/** Calico refuses smaller ones: "Windows does not support VXLANVNI < 4096" [INF for HNS]. */
enum { LEAST_VSID = 4096, MOST_VSID = (1 << 24) - 1, MOST_VLAN = 4094 };

static bool hasSubnet(const Json *network);
static bool addDefaultSubnet(Call *call, Json *network);
static bool checkSubnet(Call *call, const Json *network, Json *subnet);
static bool checkIsolation(Call *call, const Json *network, const Json *subnet);
static bool checkRoutes(Call *call, const Json *subnet, const Prefix *prefix);
static bool checkIpSubnets(Call *call, const Json *subnet, const Prefix *prefix);
static bool checkOwnOverlap(Call *call, const Json *network);
static bool checkNatOverlap(Call *call, const Json *network);
static bool isTaken(const Prefix *prefix);
static void complete(Json *object);
static bool isNat(const Json *network);

bool subnetsComplete(Call *call, Json *network) {
  JSON_EACH(ipam, jsonGet(network, "Ipams"))
    if (!enumNormalize(call, ipam, "Type", IPAM_TYPES, HCN_E_INVALID_NETWORK)) return false;
  if (isNat(network) && !hasSubnet(network) && !addDefaultSubnet(call, network)) return false;
  if (!subnetsCheck(call, network)) return false;
  JSON_EACH(ipam, jsonGet(network, "Ipams")) JSON_EACH(subnet, jsonGet(ipam, "Subnets")) subnetComplete(subnet);
  return true;
}

bool subnetsCheck(Call *call, const Json *network) {
  JSON_EACH(ipam, jsonGet(network, "Ipams"))
    JSON_EACH(subnet, jsonGet(ipam, "Subnets")) if (!checkSubnet(call, network, subnet)) return false;
  return checkOwnOverlap(call, network) && checkNatOverlap(call, network);
}

void subnetComplete(Json *subnet) {
  complete(subnet);
  Json *ipSubnets = jsonArrayOf(subnet, "IpSubnets");
  if (ipSubnets->count == 0) {
    Json *whole = jsonObject();
    jsonSetText(whole, "IpAddressPrefix", jsonTextOf(subnet, "IpAddressPrefix"));
    jsonAppend(ipSubnets, whole);
  }
  JSON_EACH(ipSubnet, ipSubnets) complete(ipSubnet);
}

static void complete(Json *object) {
  char id[GUID_TEXT];
  guidNew(id);
  const char *given = jsonTextOf(object, "ID");
  if (given == NULL || given[0] == '\0') jsonSetText(object, "ID", id);
}

static bool isNat(const Json *network) {
  return networkIs(network, "NAT") || networkIs(network, "ICS");
}

static bool hasSubnet(const Json *network) {
  JSON_EACH(ipam, jsonGet(network, "Ipams")) if (jsonCount(jsonGet(ipam, "Subnets")) > 0) return true;
  return false;
}

/** The first 172.x.0.0/20, from 172.17 on, that is free; its gateway is .1. */
static bool addDefaultSubnet(Call *call, Json *network) {
  char text[ADDRESS_TEXT];
  Prefix prefix;
  int second = 17;
  for (; second < 32; second++) {
    snprintf(text, sizeof text, "172.%d.0.0/20", second);
    prefixParse(text, &prefix);
    if (!isTaken(&prefix)) break;
  }
  if (second == 32) return fail(call, E_WIN32_DUP_NAME, NULL);
  char gateway[ADDRESS_TEXT];
  Address first = addressPlus(prefix.address, 1);
  addressFormat(&first, gateway);
  Json *route = jsonObject();
  jsonSetText(route, "NextHop", gateway);
  jsonSetText(route, "DestinationPrefix", "0.0.0.0/0");
  Json *subnet = jsonObject();
  jsonSetText(subnet, "IpAddressPrefix", text);
  jsonAppend(jsonArrayOf(subnet, "Routes"), route);
  Json *ipams = jsonArrayOf(network, "Ipams");
  if (ipams->count == 0) {
    jsonAppend(ipams, jsonObject());
    jsonSetText(ipams->items[0], "Type", "Static");
  }
  jsonAppend(jsonArrayOf(ipams->items[0], "Subnets"), subnet);
  return true;
}

static bool checkSubnet(Call *call, const Json *network, Json *subnet) {
  Prefix prefix;
  if (!prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), &prefix)) return fail(call, HCN_E_INVALID_PREFIX, NULL);
  Address first = prefixFirst(&prefix);
  // Bits behind the prefix [INF].
  if (!addressEqual(&first, &prefix.address)) return fail(call, HCN_E_INVALID_PREFIX, NULL);
  return flagsNormalize(call, subnet, "Flags", SUBNET_FLAGS) && checkIsolation(call, network, subnet) &&
         checkRoutes(call, subnet, &prefix) && checkIpSubnets(call, subnet, &prefix);
}

/** An overlay's subnet needs its VSID [INF: libnetwork and every CNI send one]. */
static bool checkIsolation(Call *call, const Json *network, const Json *subnet) {
  bool hasVsid = false;
  JSON_EACH(policy, jsonGet(subnet, "Policies")) {
    uint64_t id = jsonNumberOf(jsonGet(policy, "Settings"), "IsolationId");
    bool isVsid = sameText(jsonTextOf(policy, "Type"), "VSID");
    if (!isVsid && !sameText(jsonTextOf(policy, "Type"), "VLAN")) return fail(call, HCN_E_INVALID_POLICY_TYPE, NULL);
    if (jsonGet(policy, "Settings") == NULL) return fail(call, HCN_E_INVALID_POLICY, NULL);
    if (id > (isVsid ? MOST_VSID : MOST_VLAN)) return fail(call, HCN_E_INVALID_POLICY, NULL);
    if (isVsid && networkIs(network, "Overlay") && id < LEAST_VSID) return fail(call, HCN_E_INVALID_POLICY, NULL);
    hasVsid = hasVsid || isVsid;
  }
  return networkIs(network, "Overlay") && !hasVsid ? fail(call, HCN_E_INVALID_NETWORK, NULL) : true;
}

static bool checkRoutes(Call *call, const Json *subnet, const Prefix *prefix) {
  JSON_EACH(route, jsonGet(subnet, "Routes")) {
    Prefix destination;
    Address hop;
    if (!prefixParse(jsonTextOf(route, "DestinationPrefix"), &destination)) return fail(call, HCN_E_INVALID_PREFIX, NULL);
    if (!addressParse(jsonTextOf(route, "NextHop"), &hop)) return fail(call, HCN_E_INVALID_IP, NULL);
    if (destination.address.family != hop.family) return fail(call, HCN_E_INVALID_IP, NULL);
    // A gateway that is not in the subnet which it serves [INF].
    if (destination.length == 0 && !prefixHas(prefix, &hop)) return fail(call, HCN_E_INVALID_SUBNET, NULL);
  }
  return true;
}

static bool checkIpSubnets(Call *call, const Json *subnet, const Prefix *prefix) {
  JSON_EACH(ipSubnet, jsonGet(subnet, "IpSubnets")) {
    Prefix part;
    bool isGood = prefixParse(jsonTextOf(ipSubnet, "IpAddressPrefix"), &part) && part.length >= prefix->length &&
                  prefixHas(prefix, &part.address);
    if (!isGood) return fail(call, HCN_E_INVALID_IP_SUBNET, NULL);
  }
  return true;
}

static bool checkOwnOverlap(Call *call, const Json *network) {
  Json *subnets = networkSubnets(network);
  bool overlaps = false;
  for (size_t i = 0; i < subnets->count; i++) {
    for (size_t j = 0; j < i; j++) {
      Prefix a, b;
      prefixParse(jsonTextOf(subnets->items[i], "IpAddressPrefix"), &a);
      prefixParse(jsonTextOf(subnets->items[j], "IpAddressPrefix"), &b);
      overlaps = overlaps || prefixOverlaps(&a, &b);
    }
  }
  jsonFree(subnets);
  return overlaps ? fail(call, HCN_E_INVALID_IP_SUBNET, NULL) : true;
}

/** WinNAT and ICS have one prefix for one network. */
static bool checkNatOverlap(Call *call, const Json *network) {
  if (!isNat(network)) return true;
  Json *subnets = networkSubnets(network);
  HRESULT fault = S_OK;
  JSON_EACH(subnet, subnets) {
    Prefix prefix;
    prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), &prefix);
    JSON_EACH(other, stateTable(networkKind.table)) {
      bool isOther = !sameText(jsonTextOf(other, "ID"), jsonTextOf(network, "ID"));
      Json *others = isOther && isNat(other) ? networkSubnets(other) : NULL;
      JSON_EACH(taken, others) {
        Prefix theirs;
        prefixParse(jsonTextOf(taken, "IpAddressPrefix"), &theirs);
        if (!prefixOverlaps(&prefix, &theirs)) continue;
        // Which of the two clashes gives which code [INF].
        bool isSame = prefix.length == theirs.length;
        fault = isSame ? E_WIN32_OBJECT_ALREADY_EXISTS : E_WIN32_DUP_NAME;
      }
      jsonFree(others);
    }
  }
  jsonFree(subnets);
  return fault == S_OK ? true : fail(call, fault, NULL);
}

static bool isTaken(const Prefix *prefix) {
  bool overlaps = false;
  JSON_EACH(network, stateTable(networkKind.table)) {
    if (!isNat(network)) continue;
    Json *subnets = networkSubnets(network);
    JSON_EACH(subnet, subnets) {
      Prefix taken;
      prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), &taken);
      overlaps = overlaps || prefixOverlaps(prefix, &taken);
    }
    jsonFree(subnets);
  }
  return overlaps;
}
