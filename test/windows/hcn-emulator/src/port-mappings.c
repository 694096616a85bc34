#include "port-mappings.h"

#include "config.h"
#include "hresults.h"
#include "networks.h"
#include "objects.h"
#include "state.h"
#include "text.h"

enum { MOST_PORT = 65535, FIRST_DYNAMIC_PORT = 49152 };

static bool checkNetwork(Call *call, const Json *network);
static bool completeMapping(Call *call, Json *mapping, const Json *policies, const Json *endpoint);
static bool chooseExternal(Call *call, Json *mapping, const Json *policies, const Json *endpoint);
static bool isTaken(const Json *mapping, uint64_t port, const Json *policies, const Json *endpoint);
static bool areInTheWay(const Json *policies, const Json *mapping, uint64_t port);
static bool isExcluded(uint64_t port);

bool portProtocolNormalize(Call *call, Json *settings) {
  const char *name = jsonTextOf(settings, "Protocol");
  if (sameText(name, "TCP") || sameText(name, "6")) jsonSetNumber(settings, "Protocol", PROTOCOL_TCP);
  if (sameText(name, "UDP") || sameText(name, "17")) jsonSetNumber(settings, "Protocol", PROTOCOL_UDP);
  uint64_t protocol = jsonNumberOf(settings, "Protocol");
  return protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

bool portMappingsComplete(Call *call, Json *policies, const Json *endpoint, const Json *network) {
  JSON_EACH(policy, policies) {
    if (!sameText(jsonTextOf(policy, "Type"), "PortMapping")) continue;
    bool isGood = checkNetwork(call, network) && completeMapping(call, jsonGet(policy, "Settings"), policies, endpoint);
    if (!isGood) return false;
  }
  return true;
}

static bool checkNetwork(Call *call, const Json *network) {
  bool isUnsupported = networkIs(network, "Transparent") || networkIs(network, "Private") || networkIs(network, "Internal");
  return isUnsupported ? fail(call, HCN_E_MAPPING_NOT_SUPPORTED, NULL) : true;
}

static bool completeMapping(Call *call, Json *mapping, const Json *policies, const Json *endpoint) {
  uint64_t internal = jsonNumberOf(mapping, "InternalPort");
  uint64_t external = jsonNumberOf(mapping, "ExternalPort");
  if (internal == 0) return fail(call, HCN_E_INVALID_INTERNAL_PORT, NULL);
  if (internal > MOST_PORT || external > MOST_PORT) return fail(call, HCN_E_INVALID_POLICY, NULL);
  if (external == 0) return chooseExternal(call, mapping, policies, endpoint);
  if (isExcluded(external)) return fail(call, E_WIN32_SHARING_VIOLATION, NULL);
  return isTaken(mapping, external, policies, endpoint) ? fail(call, HCN_E_PORT_ALREADY_EXISTS, NULL) : true;
}

static bool chooseExternal(Call *call, Json *mapping, const Json *policies, const Json *endpoint) {
  for (uint64_t port = FIRST_DYNAMIC_PORT; port <= MOST_PORT; port++) {
    if (isExcluded(port) || isTaken(mapping, port, policies, endpoint)) continue;
    jsonSetNumber(mapping, "ExternalPort", port);
    return true;
  }
  return fail(call, HCN_E_PORT_ALREADY_EXISTS, NULL);
}

/** By one of its neighbours in the request, by the endpoint itself, or by any other endpoint of the host. */
static bool isTaken(const Json *mapping, uint64_t port, const Json *policies, const Json *endpoint) {
  bool isNew = policies == jsonGet(endpoint, "Policies");
  if (areInTheWay(policies, mapping, port)) return true;
  if (!isNew && areInTheWay(jsonGet(endpoint, "Policies"), mapping, port)) return true;
  JSON_EACH(other, stateTable(endpointKind.table)) {
    if (sameText(jsonTextOf(other, "ID"), jsonTextOf(endpoint, "ID"))) continue;
    if (areInTheWay(jsonGet(other, "Policies"), mapping, port)) return true;
  }
  return false;
}

static bool areInTheWay(const Json *policies, const Json *mapping, uint64_t port) {
  JSON_EACH(policy, policies) {
    const Json *settings = jsonGet(policy, "Settings");
    if (settings == mapping || !sameText(jsonTextOf(policy, "Type"), "PortMapping")) continue;
    const char *vip = jsonTextOf(settings, "VIP");
    const char *mine = jsonTextOf(mapping, "VIP");
    bool isSameAddress = vip == NULL || mine == NULL || sameText(vip, mine);
    bool isSamePort = jsonNumberOf(settings, "ExternalPort") == port &&
                      jsonNumberOf(settings, "Protocol") == jsonNumberOf(mapping, "Protocol");
    if (isSameAddress && isSamePort) return true;
  }
  return false;
}

/** What `netsh int ipv4 show excludedportrange` would list. */
static bool isExcluded(uint64_t port) {
  JSON_EACH(excluded, configValue("ExcludedPorts")) {
    uint64_t number;
    if (jsonUnsigned(excluded, &number) && number == port) return true;
  }
  return false;
}
