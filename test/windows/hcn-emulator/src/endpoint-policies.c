#include "endpoint-policies.h"

#include "config.h"
#include "endpoints.h"
#include "enums.h"
#include "hresults.h"
#include "networks.h"
#include "policies.h"
#include "port-mappings.h"
#include "text.h"

static const Field PORT_MAPPING_FIELDS[] = {{"Protocol", FIELD_ENUM, 0, NULL},     {"InternalPort", FIELD_NUMBER, 0, NULL},
                                            {"ExternalPort", FIELD_NUMBER, 0, NULL}, {"VIP", FIELD_TEXT, 0, NULL},
                                            {"Flags", FIELD_ENUM, 0, NULL},        {0}};
static const Field QOS_FIELDS[] = {{"MaximumOutgoingBandwidthInBytes", FIELD_NUMBER, 0, NULL}, {0}};
static const Field OUTBOUND_NAT_FIELDS[] = {{"VirtualIP", FIELD_TEXT, 0, NULL},    {"Destinations", FIELD_TEXTS, 0, NULL},
                                            {"Exceptions", FIELD_TEXTS, 0, NULL},  {"Flags", FIELD_ENUM, 0, NULL},
                                            {"MaxPortPoolUsage", FIELD_NUMBER, 0, NULL}, {0}};
static const Field SDN_ROUTE_FIELDS[] = {{"DestinationPrefix", FIELD_TEXT, 0, NULL},
                                         {"NextHop", FIELD_TEXT, 0, NULL},
                                         {"NeedEncap", FIELD_BOOLEAN, 0, NULL},
                                         {"AutomaticEndpointMonitor", FIELD_ANY, 0, NULL},
                                         {0}};
static const Field FILTER_FIELDS[] = {{"Protocols", FIELD_TEXT, 0, NULL},       {"LocalAddresses", FIELD_TEXT, 0, NULL},
                                      {"RemoteAddresses", FIELD_TEXT, 0, NULL}, {"LocalPorts", FIELD_TEXT, 0, NULL},
                                      {"RemotePorts", FIELD_TEXT, 0, NULL},     {"Priority", FIELD_NUMBER, 0, NULL},
                                      {0}};
static const Field EXCEPTION_FIELDS[] = {{"IpAddressExceptions", FIELD_TEXTS, 0, NULL}, {"PortExceptions", FIELD_TEXTS, 0, NULL}, {0}};
static const Field WFP_PROXY_FIELDS[] = {{"InboundProxyPort", FIELD_TEXT, 0, NULL},
                                         {"OutboundProxyPort", FIELD_TEXT, 0, NULL},
                                         {"FilterTuple", FIELD_OBJECT, 0, FILTER_FIELDS},
                                         {"UserSID", FIELD_TEXT, 0, NULL},
                                         {"InboundExceptions", FIELD_OBJECT, 0, EXCEPTION_FIELDS},
                                         {"OutboundExceptions", FIELD_OBJECT, 0, EXCEPTION_FIELDS},
                                         {0}};
static const Field PROVIDER_FIELDS[] = {{"ProviderAddress", FIELD_TEXT, 0, NULL}, {0}};
static const Field PORT_NAME_FIELDS[] = {{"Name", FIELD_TEXT, 0, NULL}, {0}};
static const Field ENCAP_FIELDS[] = {{"Overhead", FIELD_NUMBER, 0, NULL}, {0}};
static const Field AUTHENTICATION_FIELDS[] = {{"Type", FIELD_ENUM, 0, NULL}, {"Settings", FIELD_ANY, 0, NULL}, {0}};
static const Field ENCRYPTION_FIELDS[] = {{"EncryptionMethodType", FIELD_ENUM, 0, NULL},
                                          {"AuthenticationMethods", FIELD_OBJECTS, 0, AUTHENTICATION_FIELDS},
                                          {"Name", FIELD_TEXT, 0, NULL},
                                          {"Endpoints1", FIELD_TEXTS, 0, NULL},
                                          {"Endpoints2", FIELD_TEXTS, 0, NULL},
                                          {"ProtocolType", FIELD_ENUM, 0, NULL},
                                          {"Endpoint1Ports", FIELD_ANY, 0, NULL},
                                          {"Endpoint2Ports", FIELD_ANY, 0, NULL},
                                          {0}};
static const Field VLAN_FIELDS[] = {{"IsolationId", FIELD_NUMBER, 0, NULL}, {0}};
static const Field INTERFACE_FIELDS[] = {{"Mtu", FIELD_NUMBER, 0, NULL}, {0}};
static const Field IOV_FIELDS[] = {{"IovOffloadWeight", FIELD_NUMBER, 0, NULL},
                                   {"QueuePairsRequested", FIELD_NUMBER, 0, NULL},
                                   {"InterruptModeration", FIELD_ENUM, 0, NULL},
                                   {0}};
static const Field TIER_RULE_FIELDS[] = {{"Id", FIELD_TEXT, 0, NULL},
                                         {"Protocols", FIELD_TEXT, 0, NULL},
                                         {"TierAclRuleAction", FIELD_ENUM, 0, NULL},
                                         {"LocalAddresses", FIELD_TEXT, 0, NULL},
                                         {"RemoteAddresses", FIELD_TEXT, 0, NULL},
                                         {"LocalPorts", FIELD_TEXT, 0, NULL},
                                         {"RemotePorts", FIELD_TEXT, 0, NULL},
                                         {"Priority", FIELD_NUMBER, 0, NULL},
                                         {0}};
static const Field TIER_ACL_FIELDS[] = {{"Name", FIELD_TEXT, 0, NULL},
                                        {"Direction", FIELD_ENUM, 0, NULL},
                                        {"Order", FIELD_NUMBER, 0, NULL},
                                        {"TierAclRules", FIELD_OBJECTS, 0, TIER_RULE_FIELDS},
                                        {0}};
static const Field NO_FIELDS[] = {{0}};
static const Field FIREWALL_FIELDS[] = {{"VmType", FIELD_ENUM, 0, NULL},
                                        {"VmCreatorId", FIELD_GUID, 0, NULL},
                                        {"FirewallPolicyFlags", FIELD_ENUM, 0, NULL},
                                        {0}};

static bool portMappingCheck(Call *call, Json *settings, const Json *endpoint);
static bool qosCheck(Call *call, Json *settings, const Json *endpoint);
static bool outboundNatCheck(Call *call, Json *settings, const Json *endpoint);
static bool sdnRouteCheck(Call *call, Json *settings, const Json *endpoint);
static bool l4ProxyCheck(Call *call, Json *settings, const Json *endpoint);
static bool providerCheck(Call *call, Json *settings, const Json *endpoint);
static bool interfaceCheck(Call *call, Json *settings, const Json *endpoint);

static const PolicyType TYPES[] = {{"PortMapping", 0, 0, 0, PORT_MAPPING_FIELDS, portMappingCheck},
                                   {"ACL", 0, 0, 0, ACL_FIELDS, aclCheck},
                                   {"QOS", 0, 0, 0, QOS_FIELDS, qosCheck},
                                   {"OutBoundNAT", 0, 0, 0, OUTBOUND_NAT_FIELDS, outboundNatCheck},
                                   {"SDNRoute", 0, 0, 0, SDN_ROUTE_FIELDS, sdnRouteCheck},
                                   {"L4Proxy", 0, 9, 5, L4_PROXY_FIELDS, l4ProxyCheck},
                                   {"L4WFPPROXY", 5, 13, 2, WFP_PROXY_FIELDS, NULL},
                                   {"ProviderAddress", 0, 0, 0, PROVIDER_FIELDS, providerCheck},
                                   {"PortName", 0, 0, 0, PORT_NAME_FIELDS, NULL},
                                   {"EncapOverhead", 0, 0, 0, ENCAP_FIELDS, NULL},
                                   {"InterfaceConstraint", 0, 0, 0, INTERFACE_CONSTRAINT_FIELDS, NULL},
                                   {"Encryption", 1, 0, 0, ENCRYPTION_FIELDS, NULL},
                                   {"VLAN", 4, 0, 0, VLAN_FIELDS, NULL},
                                   {"InterfaceParameters", 4, 0, 0, INTERFACE_FIELDS, interfaceCheck},
                                   {"Iov", 9, 0, 0, IOV_FIELDS, NULL},
                                   {"TierAcl", 10, 14, 0, TIER_ACL_FIELDS, NULL},
                                   {"L2Driver", 0, 0, 0, NO_FIELDS, NULL},
                                   {"Firewall", 16, 0, 0, FIREWALL_FIELDS, NULL},
                                   {0}};

static const FlagName NAT_FLAGS[] = {{"LocalRoutedVip", 1}, {"IPv6", 2}, {"ExternalPortReserved", 4}, {NULL, 0}};

enum { NAT_FLAG_IPV6 = 2 };

/** What only an endpoint on this host can have. */
static bool isLocal(const char *type);
static bool checkTogether(Call *call, const Json *policies, const Json *endpoint);

bool endpointPoliciesCheck(Call *call, Json *policies, const Json *endpoint, const Json *network) {
  return endpointPoliciesNormalize(call, policies, endpoint) && checkTogether(call, policies, endpoint) &&
         portMappingsComplete(call, policies, endpoint, network);
}

bool endpointPoliciesNormalize(Call *call, Json *policies, const Json *endpoint) {
  return policiesCheck(call, policies, TYPES, endpoint);
}

void endpointPoliciesForget(Json *endpoint, const Json *policies) {
  Json *mine = jsonArrayOf(endpoint, "Policies");
  JSON_EACH(policy, policies)
    for (size_t i = mine->count; i > 0; i--)
      if (sameText(jsonTextOf(mine->items[i - 1], "Type"), jsonTextOf(policy, "Type"))) jsonRemoveAt(mine, i - 1);
}

static bool checkTogether(Call *call, const Json *policies, const Json *endpoint) {
  size_t parameters = policies != jsonGet(endpoint, "Policies") && policySettings(endpoint, "InterfaceParameters") != NULL;
  JSON_EACH(policy, policies) {
    const char *type = jsonTextOf(policy, "Type");
    if (endpointIsRemote(endpoint) && isLocal(type)) return fail(call, HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION, NULL);
    parameters += sameText(type, "InterfaceParameters");
  }
  return parameters > 1 ? fail(call, HCN_INTERFACEPARAMETERS_ALREADY_APPLIED, NULL) : true;
}

static bool isLocal(const char *type) {
  return !sameText(type, "ProviderAddress") && !sameText(type, "EncapOverhead") && !sameText(type, "PortName");
}

static bool portMappingCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return portProtocolNormalize(call, settings) && flagsNormalize(call, settings, "Flags", NAT_FLAGS) &&
         ((jsonNumberOf(settings, "Flags") & NAT_FLAG_IPV6) == 0 || schemaMinor() >= 8
              ? true
              : fail(call, HCN_E_INVALID_POLICY, NULL)) &&
         (jsonTextOf(settings, "VIP") == NULL || addressCheck(call, settings, "VIP"));
}

static bool qosCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return jsonGet(settings, "MaximumOutgoingBandwidthInBytes") != NULL ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool outboundNatCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return flagsNormalize(call, settings, "Flags", NAT_FLAGS) &&
         (jsonTextOf(settings, "VirtualIP") == NULL || addressCheck(call, settings, "VirtualIP"));
}

static bool sdnRouteCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return prefixCheck(call, settings, "DestinationPrefix") &&
         (jsonTextOf(settings, "NextHop") == NULL || addressCheck(call, settings, "NextHop"));
}

static bool l4ProxyCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return jsonTextOf(settings, "Port") != NULL ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}

static bool providerCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  return addressCheck(call, settings, "ProviderAddress");
}

static bool interfaceCheck(Call *call, Json *settings, const Json *endpoint) {
  (void)endpoint;
  uint64_t mtu = jsonNumberOf(settings, "Mtu");
  return mtu > 0 && mtu <= 65535 ? true : fail(call, HCN_E_INVALID_POLICY, NULL);
}
