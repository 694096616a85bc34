#include "adapters.h"

#include "config.h"
#include "hresults.h"
#include "networks.h"
#include "objects.h"
#include "policies.h"
#include "state.h"
#include "text.h"

static bool isExternal(const Json *network);
static bool isPresent(const char *adapter);
static const Json *switchOf(const char *adapter);
static bool claim(Call *call, Json *network, const char *adapter);
static bool claimAny(Call *call, Json *network);
static Json *adapters(void);

bool adapterChoose(Call *call, Json *network) {
  const Json *settings = policySettings(network, "NetAdapterName");
  const char *named = jsonTextOf(settings, "NetworkAdapterName");
  if (named != NULL && !isPresent(named)) return fail(call, HCN_E_ADAPTER_NOT_FOUND, NULL);
  if (!isExternal(network)) return true;
  return named != NULL ? claim(call, network, named) : claimAny(call, network);
}

static bool isExternal(const Json *network) {
  static const char *const TYPES[] = {"Transparent", "L2Bridge", "L2Tunnel", "Overlay"};
  for (int i = 0; i < 4; i++)
    if (networkIs(network, TYPES[i])) return true;
  return false;
}

/** An adapter carries one switch; networks of the same type share it [INF], others get "the parameter is incorrect". */
static bool claim(Call *call, Json *network, const char *adapter) {
  const Json *other = switchOf(adapter);
  if (other != NULL && !networkIs(other, jsonTextOf(network, "Type"))) return fail(call, E_INVALIDARG, NULL);
  jsonSetText(network, "$Adapter", adapter);
  return true;
}

static bool claimAny(Call *call, Json *network) {
  Json *present = adapters();
  const char *chosen = NULL;
  JSON_EACH(adapter, present) {
    const Json *other = switchOf(jsonText(adapter));
    bool mayShare = other == NULL || networkIs(other, jsonTextOf(network, "Type"));
    if (chosen == NULL && mayShare) chosen = jsonText(adapter);
  }
  if (chosen != NULL) jsonSetText(network, "$Adapter", chosen);
  jsonFree(present);
  return chosen != NULL ? true : fail(call, HCN_E_ADAPTER_NOT_FOUND, NULL);
}

static bool isPresent(const char *adapter) {
  Json *present = adapters();
  bool isFound = false;
  JSON_EACH(candidate, present) isFound = isFound || sameText(jsonText(candidate), adapter);
  jsonFree(present);
  return isFound;
}

static const Json *switchOf(const char *adapter) {
  JSON_EACH(network, stateTable(networkKind.table))
    if (sameText(jsonTextOf(network, "$Adapter"), adapter)) return network;
  return NULL;
}

static Json *adapters(void) {
  const Json *configured = configValue("Adapters");
  if (configured != NULL && configured->kind == JSON_ARRAY) return jsonClone(configured);
  Json *one = jsonArray();
  jsonAppend(one, jsonString("Ethernet"));
  return one;
}
