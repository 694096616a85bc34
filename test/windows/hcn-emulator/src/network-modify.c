#include "network-modify.h"

#include "config.h"
#include "hresults.h"
#include "network-policies.h"
#include "networks.h"
#include "objects.h"
#include "policies.h"
#include "requests.h"
#include "subnets.h"
#include "text.h"

static const char *const RESOURCES[] = {"DNS", "Extension", "Policy", "Subnet", "IPSubnet", NULL};

static const Field POLICIES_FIELDS[] = {{"Policies", FIELD_OBJECTS, 0, POLICY_FIELDS}, {0}};
static const Field EXTENSION_FIELDS[] = {{"Id", FIELD_TEXT, 0, NULL}, {"IsEnabled", FIELD_BOOLEAN, 0, NULL}, {0}};
static const Field SUBNETS_FIELDS[] = {{"Subnets", FIELD_OBJECTS, 0, SUBNET_FIELDS}, {0}};
static const Field IP_SUBNETS_FIELDS[] = {{"SubnetId", FIELD_GUID, 0, NULL}, {"IpSubnets", FIELD_OBJECTS, 0, IP_SUBNET_FIELDS}, {0}};

static bool change(Call *call, Json *network, Json *request, Json *settings);
static bool changePolicies(Call *call, Json *network, const Json *request, Json *settings);
static bool changeSubnets(Call *call, Json *network, const Json *request, const Json *settings);
static bool changeIpSubnets(Call *call, Json *network, const Json *request, const Json *settings);
static bool changeList(Call *call, const Json *network, Json *list, const Json *request, const Json *items);
static bool removeItem(Call *call, const Json *network, Json *list, const Json *item);
static bool isUsed(const Json *network, const Json *subnet);
static Json *firstIpam(Json *network);

bool networkModify(Call *call, Json *network, Json *request) {
  if (!requestCheck(call, request, RESOURCES)) return false;
  Json *settings = jsonGet(request, "Settings");
  if (settings == NULL || settings->kind != JSON_OBJECT) return fail(call, HCN_E_INVALID_JSON, NULL);
  Json *changed = jsonClone(network);
  if (change(call, changed, request, settings)) {
    objectReplace(&networkKind, network, changed);
    return true;
  }
  jsonFree(changed);
  return false;
}

static bool change(Call *call, Json *network, Json *request, Json *settings) {
  if (requestIs(request, "DNS")) {
    if (!schemaCheck(call, settings, DNS_FIELDS)) return false;
    jsonSet(network, "Dns", jsonClone(settings));
    return true;
  }
  // An extension of the switch is nothing that a caller can read back [INF].
  if (requestIs(request, "Extension")) return schemaCheck(call, settings, EXTENSION_FIELDS);
  if (requestIs(request, "Policy")) return changePolicies(call, network, request, settings);
  if (schemaMinor() < 6) return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL);
  return requestIs(request, "Subnet") ? changeSubnets(call, network, request, settings)
                                      : changeIpSubnets(call, network, request, settings);
}

static bool changePolicies(Call *call, Json *network, const Json *request, Json *settings) {
  Json *policies = jsonGet(settings, "Policies");
  return schemaCheck(call, settings, POLICIES_FIELDS) && networkPolicyListCheck(call, policies, network) &&
         policiesChange(call, network, request, policies);
}

static bool changeSubnets(Call *call, Json *network, const Json *request, const Json *settings) {
  Json *subnets = jsonArrayOf(firstIpam(network), "Subnets");
  if (!schemaCheck(call, settings, SUBNETS_FIELDS)) return false;
  if (!changeList(call, network, subnets, request, jsonGet(settings, "Subnets"))) return false;
  if (!subnetsCheck(call, network)) return false;
  JSON_EACH(subnet, subnets) subnetComplete(subnet);
  return true;
}

static bool changeIpSubnets(Call *call, Json *network, const Json *request, const Json *settings) {
  if (!schemaCheck(call, settings, IP_SUBNETS_FIELDS)) return false;
  JSON_EACH(subnet, jsonGet(firstIpam(network), "Subnets")) {
    if (!sameText(jsonTextOf(subnet, "ID"), jsonTextOf(settings, "SubnetId"))) continue;
    bool isGood = changeList(call, network, jsonArrayOf(subnet, "IpSubnets"), request, jsonGet(settings, "IpSubnets")) &&
                  subnetsCheck(call, network);
    if (isGood) subnetComplete(subnet);
    return isGood;
  }
  return fail(call, HCN_E_SUBNET_NOT_FOUND, NULL);
}

static bool changeList(Call *call, const Json *network, Json *list, const Json *request, const Json *items) {
  const char *kind = jsonTextOf(request, "RequestType");
  if (sameText(kind, "Remove")) {
    JSON_EACH(item, items) if (!removeItem(call, network, list, item)) return false;
    return true;
  }
  if (sameText(kind, "Update")) {
    while (list->count > 0) jsonRemoveAt(list, 0);
  } else if (!sameText(kind, "Add")) {
    return fail(call, HCN_E_REQUEST_UNSUPPORTED, NULL);
  }
  JSON_EACH(item, items) jsonAppend(list, jsonClone(item));
  return true;
}

/** By its id or its prefix. One that endpoints have addresses of stays [INF]. */
static bool removeItem(Call *call, const Json *network, Json *list, const Json *item) {
  for (size_t i = 0; i < list->count; i++) {
    const Json *mine = list->items[i];
    bool isMeant = sameText(jsonTextOf(mine, "ID"), jsonTextOf(item, "ID")) ||
                   sameText(jsonTextOf(mine, "IpAddressPrefix"), jsonTextOf(item, "IpAddressPrefix"));
    if (!isMeant) continue;
    if (isUsed(network, mine)) return fail(call, HCN_E_ENTITY_HAS_REFERENCES, NULL);
    jsonRemoveAt(list, i);
    return true;
  }
  return fail(call, HCN_E_SUBNET_NOT_FOUND, NULL);
}

static bool isUsed(const Json *network, const Json *subnet) {
  Prefix prefix;
  bool isFound = false;
  Json *endpoints = networkEndpoints(jsonTextOf(network, "ID"));
  JSON_EACH(endpoint, endpoints) JSON_EACH(config, jsonGet(endpoint, "IpConfigurations")) {
    Address address;
    bool isInside = prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), &prefix) &&
                    addressParse(jsonTextOf(config, "IpAddress"), &address) && prefixHas(&prefix, &address);
    isFound = isFound || isInside;
  }
  jsonFree(endpoints);
  return isFound;
}

static Json *firstIpam(Json *network) {
  Json *ipams = jsonArrayOf(network, "Ipams");
  if (ipams->count == 0) {
    jsonAppend(ipams, jsonObject());
    jsonSetText(ipams->items[0], "Type", "Static");
  }
  return ipams->items[0];
}
