#include "v1-networks.h"

#include "hresults.h"
#include "networks.h"
#include "policies.h"
#include "text.h"
#include "v1-fields.h"

static bool readPolicies(Call *call, Json *network, const Json *settings);
static void readSubnets(Json *network, const Json *settings);
static Json *readSubnet(const Json *subnet);
static void readIsolation(Json *subnet, const Json *policy);
static void readDns(Json *network, const Json *settings);
static void readMacPools(Json *network, const Json *settings);
static Json *writeSubnet(const Json *subnet);
static void writeIsolation(Json *to, const Json *subnet);

Json *v1NetworkRead(Call *call, const Json *settings) {
  Json *network = v2Document();
  static const char *const SAME[] = {"ID", "Name", "Type", "Owner", "Flags", "AdditionalParams"};
  for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) fieldCopy(network, SAME[i], settings, SAME[i]);
  readSubnets(network, settings);
  readDns(network, settings);
  readMacPools(network, settings);
  if (readPolicies(call, network, settings)) return network;
  jsonFree(network);
  return NULL;
}

static bool readPolicies(Call *call, Json *network, const Json *settings) {
  const char *adapter = jsonTextOf(settings, "NetworkAdapterName");
  const char *source = jsonTextOf(settings, "SourceMac");
  if (adapter != NULL && adapter[0] != '\0') {
    Json *policy = jsonObject();
    jsonSetText(policy, "NetworkAdapterName", adapter);
    policyAdd(network, "NetAdapterName", policy);
  }
  if (source != NULL && source[0] != '\0') {
    Json *policy = jsonObject();
    jsonSetText(policy, "SourceMacAddress", source);
    policyAdd(network, "SourceMacAddress", policy);
  }
  if (jsonIsTrue(settings, "AutomaticDNS")) {
    Json *policy = jsonObject();
    jsonSet(policy, "Enable", jsonBoolean(true));
    policyAdd(network, "AutomaticDNS", policy);
  }
  JSON_EACH(policy, jsonGet(settings, "Policies")) {
    const char *type = jsonTextOf(policy, "Type");
    bool isIsolation = sameText(type, "VLAN") || sameText(type, "VSID");
    if (!isIsolation && !sameText(type, "HostRoute")) return fail(call, HCN_E_INVALID_POLICY_TYPE, NULL);
    if (!isIsolation) policyAdd(network, "HostRoute", jsonObject());
    // What v1 says of the network, v2 says of each of its subnets.
    JSON_EACH(ipam, jsonGet(network, "Ipams")) JSON_EACH(subnet, jsonGet(ipam, "Subnets")) readIsolation(subnet, policy);
  }
  return true;
}

static void readSubnets(Json *network, const Json *settings) {
  if (jsonCount(jsonGet(settings, "Subnets")) == 0) return;
  Json *ipam = jsonObject();
  jsonSetText(ipam, "Type", "Static");
  JSON_EACH(subnet, jsonGet(settings, "Subnets")) jsonAppend(jsonArrayOf(ipam, "Subnets"), readSubnet(subnet));
  jsonAppend(jsonArrayOf(network, "Ipams"), ipam);
}

static Json *readSubnet(const Json *subnet) {
  Json *read = jsonObject();
  const char *gateway = jsonTextOf(subnet, "GatewayAddress");
  fieldCopy(read, "IpAddressPrefix", subnet, "AddressPrefix");
  fieldCopy(read, "ID", subnet, "ID");
  Address address;
  if (addressParse(gateway, &address)) {
    Json *route = jsonObject();
    jsonSetText(route, "NextHop", gateway);
    jsonSetText(route, "DestinationPrefix", address.family == 6 ? "::/0" : "0.0.0.0/0");
    jsonAppend(jsonArrayOf(read, "Routes"), route);
  }
  JSON_EACH(policy, jsonGet(subnet, "Policies")) readIsolation(read, policy);
  return read;
}

static void readIsolation(Json *subnet, const Json *policy) {
  const char *type = jsonTextOf(policy, "Type");
  if (!sameText(type, "VLAN") && !sameText(type, "VSID")) return;
  Json *settings = jsonObject();
  fieldCopy(settings, "IsolationId", policy, type);
  policyAdd(subnet, type, settings);
}

static void readDns(Json *network, const Json *settings) {
  Json *dns = jsonObject();
  fieldCopy(dns, "Domain", settings, "DNSSuffix");
  fieldSplit(dns, "ServerList", settings, "DNSServerList");
  jsonSet(network, "Dns", dns);
}

static void readMacPools(Json *network, const Json *settings) {
  const Json *pools = jsonGet(settings, "MacPools");
  if (jsonCount(pools) == 0) return;
  Json *pool = jsonObject();
  JSON_EACH(range, pools) {
    Json *copy = jsonObject();
    fieldCopy(copy, "StartMacAddress", range, "StartMacAddress");
    fieldCopy(copy, "EndMacAddress", range, "EndMacAddress");
    jsonAppend(jsonArrayOf(pool, "Ranges"), copy);
  }
  jsonSet(network, "MacPool", pool);
}

Json *v1NetworkWrite(const Json *network) {
  Json *written = jsonObject();
  fieldId(written, "ID", network, "ID");
  static const char *const SAME[] = {"Name", "Type", "Owner", "Flags", "AdditionalParams"};
  for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) fieldCopy(written, SAME[i], network, SAME[i]);
  fieldCopy(written, "NetworkAdapterName", policySettings(network, "NetAdapterName"), "NetworkAdapterName");
  fieldCopy(written, "NetworkAdapterName", network, "$Adapter");
  fieldCopy(written, "SourceMac", policySettings(network, "SourceMacAddress"), "SourceMacAddress");
  fieldCopy(written, "DNSSuffix", jsonGet(network, "Dns"), "Domain");
  fieldJoin(written, "DNSServerList", jsonGet(network, "Dns"), "ServerList");
  fieldCopy(written, "MacPools", jsonGet(network, "MacPool"), "Ranges");
  // Where the host's own DNS server answers, and the address of the host on an external network: inventions [INF].
  jsonSetNumber(written, "DNSServerCompartment", 1);
  if (jsonTextOf(network, "$Adapter") != NULL) jsonSetText(written, "ManagementIP", "192.0.2.1");
  jsonSetNumber(written, "State", 1);
  if (policySettings(network, "AutomaticDNS") != NULL) jsonSet(written, "AutomaticDNS", jsonBoolean(true));
  jsonArrayOf(written, "Policies");
  Json *subnets = networkSubnets(network);
  jsonArrayOf(written, "Subnets");
  JSON_EACH(subnet, subnets) {
    jsonAppend(jsonGet(written, "Subnets"), writeSubnet(subnet));
    writeIsolation(jsonGet(written, "Policies"), subnet);
  }
  jsonFree(subnets);
  return written;
}

static Json *writeSubnet(const Json *subnet) {
  Json *written = jsonObject();
  fieldId(written, "ID", subnet, "ID");
  fieldCopy(written, "AddressPrefix", subnet, "IpAddressPrefix");
  if (subnetGateway(subnet) != NULL) jsonSetText(written, "GatewayAddress", subnetGateway(subnet));
  writeIsolation(jsonArrayOf(written, "Policies"), subnet);
  return written;
}

static void writeIsolation(Json *to, const Json *subnet) {
  JSON_EACH(policy, jsonGet(subnet, "Policies")) {
    Json *written = jsonObject();
    fieldCopy(written, "Type", policy, "Type");
    fieldCopy(written, jsonTextOf(policy, "Type"), jsonGet(policy, "Settings"), "IsolationId");
    jsonAppend(to, written);
  }
}
