#include "v1-endpoints.h"

#include "address.h"
#include "endpoint-policies.h"
#include "endpoints.h"
#include "hresults.h"
#include "objects.h"
#include "text.h"
#include "v1-fields.h"
#include "v1-policies.h"

enum { FLAG_DISABLE_ICC = 2, FLAG_LOW_METRIC = 8, STATE_CREATED = 1, STATE_ATTACHED = 2, ENCAP_OVERHEAD = 50 };

static void readAddress(Json *endpoint, const Json *settings, const char *address, const char *length);
static void readGateway(Json *endpoint, const Json *settings, const char *key, const char *destination);
static void readDns(Json *endpoint, const Json *settings);
static void readFlags(Json *endpoint, const Json *settings);
static void writeAddresses(Json *written, const Json *endpoint);
static void writeGateways(Json *written, const Json *endpoint);
static void writeNetwork(Json *written, const Json *endpoint);

/** What v2 has no words for, kept for the one who asks again. */
static const char *const KEPT[][2] = {{"EnableInternalDNS", "$EnableInternalDNS"}, {"DNSDomain", "$DNSDomain"}};

Json *v1EndpointRead(Call *call, const Json *settings) {
  Json *endpoint = v2Document();
  static const char *const SAME[] = {"ID", "Name", "MacAddress", "Owner"};
  for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) fieldCopy(endpoint, SAME[i], settings, SAME[i]);
  fieldCopy(endpoint, "HostComputeNamespace", settings, "Namespace");
  readAddress(endpoint, settings, "IPAddress", "PrefixLength");
  readAddress(endpoint, settings, "IPv6Address", "IPv6PrefixLength");
  readGateway(endpoint, settings, "GatewayAddress", "0.0.0.0/0");
  readGateway(endpoint, settings, "GatewayAddressV6", "::/0");
  readDns(endpoint, settings);
  readFlags(endpoint, settings);
  if (v1PoliciesRead(call, endpoint, jsonGet(settings, "Policies"))) return endpoint;
  jsonFree(endpoint);
  return NULL;
}

static void readAddress(Json *endpoint, const Json *settings, const char *address, const char *length) {
  const char *text = jsonTextOf(settings, address);
  if (text == NULL || text[0] == '\0') return;
  Json *config = jsonObject();
  jsonSetText(config, "IpAddress", text);
  fieldCopy(config, "PrefixLength", settings, length);
  jsonAppend(jsonArrayOf(endpoint, "IpConfigurations"), config);
}

static void readGateway(Json *endpoint, const Json *settings, const char *key, const char *destination) {
  const char *gateway = jsonTextOf(settings, key);
  if (gateway == NULL || gateway[0] == '\0') return;
  Json *route = jsonObject();
  jsonSetText(route, "NextHop", gateway);
  jsonSetText(route, "DestinationPrefix", destination);
  jsonAppend(jsonArrayOf(endpoint, "Routes"), route);
}

static void readDns(Json *endpoint, const Json *settings) {
  Json *dns = jsonObject();
  fieldCopy(dns, "Domain", settings, "DNSSuffix");
  fieldSplit(dns, "ServerList", settings, "DNSServerList");
  jsonSet(endpoint, "Dns", dns);
}

static void readFlags(Json *endpoint, const Json *settings) {
  uint64_t flags = 0;
  if (jsonIsTrue(settings, "IsRemoteEndpoint")) flags |= REMOTE_ENDPOINT;
  if (jsonIsTrue(settings, "DisableICC")) flags |= FLAG_DISABLE_ICC;
  if (jsonIsTrue(settings, "EnableLowMetric")) flags |= FLAG_LOW_METRIC;
  jsonSetNumber(endpoint, "Flags", flags);
  for (int i = 0; i < 2; i++) fieldCopy(endpoint, KEPT[i][1], settings, KEPT[i][0]);
}

Json *v1EndpointWrite(const Json *endpoint) {
  Json *written = jsonObject();
  uint64_t flags = jsonNumberOf(endpoint, "Flags");
  fieldId(written, "ID", endpoint, "ID");
  fieldCopy(written, "Name", endpoint, "Name");
  fieldCopy(written, "Owner", endpoint, "Owner");
  fieldCopy(written, "MacAddress", endpoint, "MacAddress");
  writeNetwork(written, endpoint);
  writeAddresses(written, endpoint);
  writeGateways(written, endpoint);
  fieldCopy(written, "DNSSuffix", jsonGet(endpoint, "Dns"), "Domain");
  fieldJoin(written, "DNSServerList", jsonGet(endpoint, "Dns"), "ServerList");
  fieldId(written, "Namespace", endpoint, "HostComputeNamespace");
  for (int i = 0; i < 2; i++) fieldCopy(written, KEPT[i][0], endpoint, KEPT[i][1]);
  if ((flags & REMOTE_ENDPOINT) != 0) jsonSet(written, "IsRemoteEndpoint", jsonBoolean(true));
  if ((flags & FLAG_DISABLE_ICC) != 0) jsonSet(written, "DisableICC", jsonBoolean(true));
  if ((flags & FLAG_LOW_METRIC) != 0) jsonSet(written, "EnableLowMetric", jsonBoolean(true));
  jsonSet(written, "Policies", v1PoliciesWrite(endpoint));
  fieldCopy(written, "SharedContainers", endpoint, "$SharedContainers");
  jsonArrayOf(written, "SharedContainers");
  jsonSetNumber(written, "EncapOverhead", ENCAP_OVERHEAD);
  bool isAttached = jsonTextOf(endpoint, "HostComputeNamespace") != NULL || jsonGet(endpoint, "$SharedContainers") != NULL;
  jsonSetNumber(written, "State", isAttached ? STATE_ATTACHED : STATE_CREATED);
  return written;
}

static void writeNetwork(Json *written, const Json *endpoint) {
  const Json *network = objectFind(&networkKind, jsonTextOf(endpoint, "HostComputeNetwork"));
  fieldId(written, "VirtualNetwork", endpoint, "HostComputeNetwork");
  fieldCopy(written, "VirtualNetworkName", network, "Name");
}

/** v1 has one address a family. */
static void writeAddresses(Json *written, const Json *endpoint) {
  JSON_EACH(config, jsonGet(endpoint, "IpConfigurations")) {
    Address address;
    bool isV6 = addressParse(jsonTextOf(config, "IpAddress"), &address) && address.family == 6;
    if (jsonGet(written, isV6 ? "IPv6Address" : "IPAddress") != NULL) continue;
    fieldCopy(written, isV6 ? "IPv6Address" : "IPAddress", config, "IpAddress");
    fieldCopy(written, isV6 ? "IPv6PrefixLength" : "PrefixLength", config, "PrefixLength");
  }
}

static void writeGateways(Json *written, const Json *endpoint) {
  JSON_EACH(route, jsonGet(endpoint, "Routes")) {
    const char *destination = jsonTextOf(route, "DestinationPrefix");
    if (sameText(destination, "0.0.0.0/0")) fieldCopy(written, "GatewayAddress", route, "NextHop");
    if (sameText(destination, "::/0")) fieldCopy(written, "GatewayAddressV6", route, "NextHop");
  }
}

bool v1EndpointUpdate(Call *call, Json *endpoint, const Json *settings) {
  Json *changed = jsonClone(endpoint);
  jsonRemove(changed, "Policies");
  const Json *network = objectFind(&networkKind, jsonTextOf(endpoint, "HostComputeNetwork"));
  bool isGood = v1PoliciesRead(call, changed, jsonGet(settings, "Policies")) &&
                endpointPoliciesCheck(call, jsonGet(changed, "Policies"), changed, network);
  if (isGood) objectReplace(&endpointKind, endpoint, changed);
  else jsonFree(changed);
  return isGood;
}
