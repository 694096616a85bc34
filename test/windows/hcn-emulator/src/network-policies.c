#include "network-policies.h"

#include "address.h"
#include "config.h"
#include "hresults.h"
#include "policies.h"
#include "text.h"

static const Field SOURCE_MAC_FIELDS[] = {{"SourceMacAddress", FIELD_TEXT, 0, NULL}, {0}};
static const Field ADAPTER_FIELDS[] = {{"NetworkAdapterName", FIELD_TEXT, 0, NULL}, {0}};
static const Field EXTENSION_FIELDS[] = {{"ExtensionID", FIELD_GUID, 0, NULL}, {"Enable", FIELD_BOOLEAN, 0, NULL}, {0}};
static const Field PROVIDER_FIELDS[] = {{"ProviderAddress", FIELD_TEXT, 0, NULL}, {0}};
static const Field DR_MAC_FIELDS[] = {{"Address", FIELD_TEXT, 0, NULL}, {0}};
static const Field ENABLE_FIELDS[] = {{"Enable", FIELD_BOOLEAN, 0, NULL}, {0}};
static const Field REMOTE_SUBNET_FIELDS[] = {{"DestinationPrefix", FIELD_TEXT, 0, NULL},
                                             {"IsolationId", FIELD_NUMBER, 0, NULL},
                                             {"ProviderAddress", FIELD_TEXT, 0, NULL},
                                             {"DistributedRouterMacAddress", FIELD_TEXT, 0, NULL},
                                             {0}};
static const Field PORT_FIELDS[] = {{"Port", FIELD_NUMBER, 0, NULL}, {0}};
static const Field NO_FIELDS[] = {{0}};
static const Field SET_FIELDS[] = {{"Id", FIELD_TEXT, 0, NULL},
                                   {"Name", FIELD_TEXT, 0, NULL},
                                   {"PolicyType", FIELD_ENUM, 0, NULL},
                                   {"Values", FIELD_TEXT, 0, NULL},
                                   {0}};
static const Field LAYER_FIELDS[] = {{"LayerId", FIELD_GUID, 0, NULL}, {0}};
static const Field NEIGHBOR_FIELDS[] = {{"TargetIpPrefix", FIELD_TEXT, 0, NULL},
                                        {"SenderIpAddress", FIELD_TEXT, 0, NULL},
                                        {"SenderMacAddress", FIELD_TEXT, 0, NULL},
                                        {0}};

static bool sourceMacCheck(Call *call, Json *settings, const Json *network);
static bool adapterNameCheck(Call *call, Json *settings, const Json *network);
static bool providerCheck(Call *call, Json *settings, const Json *network);
static bool drMacCheck(Call *call, Json *settings, const Json *network);
static bool remoteSubnetCheck(Call *call, Json *settings, const Json *network);
static bool portCheck(Call *call, Json *settings, const Json *network);
static bool setCheck(Call *call, Json *settings, const Json *network);

/** Versions: hcsshim's hcnglobals.go. What an older HNS does with a type that it does not know: HCN_E_INVALID_POLICY_TYPE [INF]. */
static const PolicyType TYPES[] = {{"SourceMacAddress", 0, 0, 0, SOURCE_MAC_FIELDS, sourceMacCheck},
                                   {"NetAdapterName", 0, 0, 0, ADAPTER_FIELDS, adapterNameCheck},
                                   {"InterfaceConstraint", 0, 0, 0, INTERFACE_CONSTRAINT_FIELDS, NULL},
                                   {"VSwitchExtension", 0, 0, 0, EXTENSION_FIELDS, NULL},
                                   {"ProviderAddress", 0, 0, 0, PROVIDER_FIELDS, providerCheck},
                                   {"DrMacAddress", 0, 0, 0, DR_MAC_FIELDS, drMacCheck},
                                   {"AutomaticDNS", 0, 0, 0, ENABLE_FIELDS, NULL},
                                   {"RemoteSubnetRoute", 0, 9, 2, REMOTE_SUBNET_FIELDS, remoteSubnetCheck},
                                   {"VxlanPort", 0, 10, 3, PORT_FIELDS, portCheck},
                                   {"HostRoute", 0, 9, 2, NO_FIELDS, NULL},
                                   {"SetPolicy", 0, 13, 0, SET_FIELDS, setCheck},
                                   {"L4Proxy", 0, 9, 5, L4_PROXY_FIELDS, NULL},
                                   {"LayerConstraint", 0, 0, 0, LAYER_FIELDS, NULL},
                                   {"NetworkACL", 0, 15, 0, ACL_FIELDS, aclCheck},
                                   {"NeighborDiscovery", 0, 0, 0, NEIGHBOR_FIELDS, NULL},
                                   {0}};

bool networkPoliciesCheck(Call *call, Json *network) {
  return networkPolicyListCheck(call, jsonGet(network, "Policies"), network);
}

bool networkPolicyListCheck(Call *call, Json *policies, const Json *network) {
  return policiesCheck(call, policies, TYPES, network);
}

static bool isMac(Call *call, const Json *settings, const char *key) {
  uint64_t mac;
  return macParse(jsonTextOf(settings, key), &mac) ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool sourceMacCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  return isMac(call, settings, "SourceMacAddress");
}

static bool adapterNameCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  const char *name = jsonTextOf(settings, "NetworkAdapterName");
  return name != NULL && name[0] != '\0' ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool providerCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  return addressCheck(call, settings, "ProviderAddress");
}

static bool drMacCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  return isMac(call, settings, "Address");
}

static bool remoteSubnetCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  return prefixCheck(call, settings, "DestinationPrefix") && addressCheck(call, settings, "ProviderAddress") &&
         isMac(call, settings, "DistributedRouterMacAddress");
}

static bool portCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  uint64_t port = jsonNumberOf(settings, "Port");
  return port > 0 && port <= 65535 ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool setCheck(Call *call, Json *settings, const Json *network) {
  (void)network;
  const char *type = jsonTextOf(settings, "PolicyType");
  const char *id = jsonTextOf(settings, "Id");
  bool isKnown = sameText(type, "IPSET") || (sameText(type, "NESTEDIPSET") && hnsAtLeast(15, 0));
  return isKnown && id != NULL && id[0] != '\0' ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}
