#include "endpoint-addresses.h"

#include "config.h"
#include "endpoints.h"
#include "hresults.h"
#include "networks.h"
#include "objects.h"
#include "state.h"
#include "text.h"

enum { DO_NOT_RESERVE_GATEWAY = 1, ENABLE_DHCP = 32, MOST_TRIES = 1 << 17 };

static bool checkGiven(Call *call, Json *endpoint, const Json *network, const Json *subnets);
static bool checkAddress(Call *call, Json *config, const Json *endpoint, const Json *network, const Json *subnets);
static bool checkRemote(Call *call, const Json *endpoint, const Json *network);
static bool allocateAddress(Call *call, Json *endpoint, const Json *network, const Json *subnet);
static bool checkRoutes(Call *call, const Json *endpoint);
static void addRoutes(Json *endpoint, const Json *subnets);
static bool completeLength(Call *call, Json *config, const Prefix *subnet);
static const Json *subnetOf(const Json *subnets, const Address *address, Prefix *prefix);
static bool isReserved(const Address *address, const Json *network, const Json *subnet, const Prefix *prefix);
static bool isTaken(const Address *address, const char *networkId);
static void setSubnetId(Json *config, const Json *subnet);
static bool isDynamic(const Json *network);

bool endpointAddressesComplete(Call *call, Json *endpoint, const Json *network) {
  if (!checkRoutes(call, endpoint)) return false;
  if (endpointIsRemote(endpoint)) return checkRemote(call, endpoint, network);
  Json *subnets = networkSubnets(network);
  bool isGiven = jsonCount(jsonGet(endpoint, "IpConfigurations")) > 0;
  bool wantsNone = (jsonNumberOf(endpoint, "Flags") & ENABLE_DHCP) != 0 || isDynamic(network);
  bool isGood = true;
  if (isGiven) isGood = checkGiven(call, endpoint, network, subnets);
  else if (subnets->count > 0 && !wantsNone) isGood = allocateAddress(call, endpoint, network, subnets->items[0]);
  else if (subnets->count == 0 && !wantsNone) isGood = fail(call, HCN_E_SUBNET_NOT_FOUND, NULL);
  if (isGood) addRoutes(endpoint, subnets);
  jsonFree(subnets);
  return isGood;
}

/** Where the host gives no addresses itself: its containers ask elsewhere. */
static bool isDynamic(const Json *network) {
  bool hasStatic = false;
  JSON_EACH(ipam, jsonGet(network, "Ipams"))
    hasStatic = hasStatic || (sameText(jsonTextOf(ipam, "Type"), "Static") && jsonCount(jsonGet(ipam, "Subnets")) > 0);
  bool isPlain = networkIs(network, "Transparent") || networkIs(network, "Private") || networkIs(network, "Internal") ||
                 networkIs(network, "Mirrored") || networkIs(network, "Infiniband");
  return isPlain && !hasStatic;
}

/** A remote endpoint is where others say it is: no pool, no gateway; but two may not have one address. */
static bool checkRemote(Call *call, const Json *endpoint, const Json *network) {
  const Json *configs = jsonGet(endpoint, "IpConfigurations");
  if (jsonCount(configs) == 0) return fail(call, HCN_E_INVALID_ENDPOINT, NULL);
  JSON_EACH(config, configs) {
    Address address;
    if (!addressParse(jsonTextOf(config, "IpAddress"), &address)) return fail(call, HCN_E_INVALID_IP, NULL);
    if (isTaken(&address, jsonTextOf(network, "ID"))) return fail(call, HCN_E_ADDR_INVALID_OR_RESERVED, NULL);
  }
  return true;
}

static bool checkGiven(Call *call, Json *endpoint, const Json *network, const Json *subnets) {
  JSON_EACH(config, jsonGet(endpoint, "IpConfigurations"))
    if (!checkAddress(call, config, endpoint, network, subnets)) return false;
  return true;
}

static bool checkAddress(Call *call, Json *config, const Json *endpoint, const Json *network, const Json *subnets) {
  Address address;
  Prefix prefix;
  if (!addressParse(jsonTextOf(config, "IpAddress"), &address)) return fail(call, HCN_E_INVALID_IP, NULL);
  size_t sameHere = 0;
  JSON_EACH(other, jsonGet(endpoint, "IpConfigurations"))
    sameHere += sameText(jsonTextOf(other, "IpAddress"), jsonTextOf(config, "IpAddress"));
  if (isTaken(&address, jsonTextOf(network, "ID")) || sameHere > 1)
    return fail(call, HCN_E_ADDR_INVALID_OR_RESERVED, NULL);
  if (isDynamic(network)) return true;
  if (subnets->count == 0) return fail(call, HCN_E_SUBNET_NOT_FOUND, NULL);
  const Json *subnet = subnetOf(subnets, &address, &prefix);
  if (subnet == NULL) return fail(call, HCN_E_INVALID_IP, NULL);
  if (isReserved(&address, network, subnet, &prefix)) return fail(call, HCN_E_ADDR_INVALID_OR_RESERVED, NULL);
  setSubnetId(config, subnet);
  return completeLength(call, config, &prefix);
}

/** The subnet's length, or, since HNS 9.3 and 10.4, that of a single address. Others: HCN_E_INVALID_PREFIX [INF]. */
static bool completeLength(Call *call, Json *config, const Prefix *subnet) {
  uint64_t length = jsonNumberOf(config, "PrefixLength");
  unsigned major, minor;
  hnsVersion(&major, &minor);
  bool maySingle = (major == 9 && minor >= 3) || hnsAtLeast(10, 4);
  if (length == 0) jsonSetNumber(config, "PrefixLength", subnet->length);
  bool isGood = length == 0 || length == subnet->length || (maySingle && length == addressBits(&subnet->address));
  return isGood ? true : fail(call, HCN_E_INVALID_PREFIX, NULL);
}

static bool allocateAddress(Call *call, Json *endpoint, const Json *network, const Json *subnet) {
  Prefix prefix;
  prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), &prefix);
  Address candidate = prefixFirst(&prefix);
  for (int i = 0; i < MOST_TRIES && prefixHas(&prefix, &candidate); i++, candidate = addressPlus(candidate, 1)) {
    bool isFree = !isReserved(&candidate, network, subnet, &prefix) && !isTaken(&candidate, jsonTextOf(network, "ID"));
    if (!isFree) continue;
    char text[ADDRESS_TEXT];
    addressFormat(&candidate, text);
    Json *config = jsonObject();
    jsonSetText(config, "IpAddress", text);
    jsonSetNumber(config, "PrefixLength", prefix.length);
    setSubnetId(config, subnet);
    jsonAppend(jsonArrayOf(endpoint, "IpConfigurations"), config);
    return true;
  }
  return fail(call, HCN_E_SUBNET_NOT_FOUND, NULL);
}

static void setSubnetId(Json *config, const Json *subnet) {
  const char *id = jsonTextOf(jsonAt(jsonGet(subnet, "IpSubnets"), 0), "ID");
  if (jsonTextOf(config, "IpSubnetId") == NULL && id != NULL) jsonSetText(config, "IpSubnetId", id);
}

static const Json *subnetOf(const Json *subnets, const Address *address, Prefix *prefix) {
  JSON_EACH(subnet, subnets)
    if (prefixParse(jsonTextOf(subnet, "IpAddressPrefix"), prefix) && prefixHas(prefix, address)) return subnet;
  return NULL;
}

/** The network's own addresses; and .2 of l2bridge and overlay, which is the host's endpoint. */
static bool isReserved(const Address *address, const Json *network, const Json *subnet, const Prefix *prefix) {
  Address first = prefixFirst(prefix);
  Address last = prefixLast(prefix);
  Address host = addressPlus(first, 2);
  Address gateway;
  bool keepsGateway = (jsonNumberOf(subnet, "Flags") & DO_NOT_RESERVE_GATEWAY) == 0;
  bool isGateway = keepsGateway && addressParse(subnetGateway(subnet), &gateway) && addressEqual(address, &gateway);
  bool hasHostEndpoint = networkIs(network, "L2Bridge") || networkIs(network, "Overlay");
  // IPv6 has no broadcast address; HNS's rule for its last address is unknown, taken as free [INF].
  bool isEdge = addressEqual(address, &first) || (address->family == 4 && addressEqual(address, &last));
  return isGateway || isEdge || (hasHostEndpoint && address->family == 4 && addressEqual(address, &host));
}

static bool isTaken(const Address *address, const char *networkId) {
  JSON_EACH(endpoint, stateTable(endpointKind.table)) {
    if (!sameText(jsonTextOf(endpoint, "HostComputeNetwork"), networkId)) continue;
    JSON_EACH(config, jsonGet(endpoint, "IpConfigurations")) {
      Address taken;
      if (addressParse(jsonTextOf(config, "IpAddress"), &taken) && addressEqual(&taken, address)) return true;
    }
  }
  return false;
}

static bool checkRoutes(Call *call, const Json *endpoint) {
  JSON_EACH(route, jsonGet(endpoint, "Routes")) {
    Prefix destination;
    Address hop;
    if (!prefixParse(jsonTextOf(route, "DestinationPrefix"), &destination)) return fail(call, HCN_E_INVALID_PREFIX, NULL);
    if (!addressParse(jsonTextOf(route, "NextHop"), &hop)) return fail(call, HCN_E_INVALID_IP, NULL);
  }
  return true;
}

/** The default routes of the subnets that the endpoint has addresses of, unless it brought routes. */
static void addRoutes(Json *endpoint, const Json *subnets) {
  if (jsonCount(jsonGet(endpoint, "Routes")) > 0) return;
  JSON_EACH(config, jsonGet(endpoint, "IpConfigurations")) {
    Address address;
    Prefix prefix;
    addressParse(jsonTextOf(config, "IpAddress"), &address);
    const Json *subnet = subnetOf(subnets, &address, &prefix);
    const char *gateway = subnet == NULL ? NULL : subnetGateway(subnet);
    if (gateway == NULL) continue;
    Json *route = jsonObject();
    jsonSetText(route, "NextHop", gateway);
    jsonSetText(route, "DestinationPrefix", address.family == 6 ? "::/0" : "0.0.0.0/0");
    jsonAppend(jsonArrayOf(endpoint, "Routes"), route);
  }
}
