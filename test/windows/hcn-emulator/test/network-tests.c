#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static HRESULT createSubnet(const char *type, const char *prefix, const char *gateway) {
  char settings[600];
  snprintf(settings, sizeof settings,
           "{" V2 ",\"Type\":\"%s\",\"Ipams\":[{\"Type\":\"Static\",\"Subnets\":[{\"IpAddressPrefix\":\"%s\",\"Routes\":["
           "{\"NextHop\":\"%s\",\"DestinationPrefix\":\"%s\"}]}]}]}",
           type, prefix, gateway, strchr(gateway, ':') == NULL ? "0.0.0.0/0" : "::/0");
  return create(&NETWORK, NULL, settings);
}

static void types(void) {
  CHECK_RESULT(HCN_E_INVALID_NETWORK_TYPE, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Bridge\"}"));
  CHECK_RESULT(HCN_E_INVALID_NETWORK_TYPE, create(&NETWORK, NULL, "{" V2 ",\"Type\":11}"));
  configure("{\"Schema\":\"2.3\"}");
  CHECK_RESULT(HCN_E_INVALID_NETWORK_TYPE, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Mirrored\"}"));
}

static void prefixes(void) {
  static const char *const BAD[] = {"10.0.0.0", "10.0.0.0/33", "10.0.0/24", "10.0.0.1/24", "fd00::/129", "x", "10.0.0.0/", "10.0.0.0/-1"};
  for (size_t i = 0; i < 8; i++) CHECK_RESULT(HCN_E_INVALID_PREFIX, createSubnet("Internal", BAD[i], "10.0.0.1"));
  CHECK_RESULT(HCN_E_INVALID_SUBNET, createSubnet("Internal", "10.0.0.0/24", "10.0.1.1"));
  CHECK_RESULT(HCN_E_INVALID_IP, createSubnet("Internal", "10.0.0.0/24", "10.0.0"));
  CHECK_RESULT(S_OK, createSubnet("Internal", "fd00:10::/64", "fd00:10::1"));
}

static void natChooses(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"NAT\"}"));
  Json *network = query(&NETWORK, newId());
  CHECK_TEXT("172.17.0.0/20", at(network, "Ipams/0/Subnets/0/IpAddressPrefix"));
  CHECK_TEXT("172.17.0.1", at(network, "Ipams/0/Subnets/0/Routes/0/NextHop"));
  CHECK(strncmp(at(network, "MacPool/Ranges/0/StartMacAddress"), "00-15-5D-", 9) == 0);
  jsonFree(network);
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"ICS\"}"));
  network = query(&NETWORK, newId());
  CHECK_TEXT("172.18.0.0/20", at(network, "Ipams/0/Subnets/0/IpAddressPrefix"));
  jsonFree(network);
}

static void natPrefixesClash(void) {
  CHECK_RESULT(S_OK, createSubnet("NAT", "10.5.0.0/16", "10.5.0.1"));
  CHECK_RESULT(E_WIN32_OBJECT_ALREADY_EXISTS, createSubnet("NAT", "10.5.0.0/16", "10.5.0.1"));
  CHECK_RESULT(E_WIN32_DUP_NAME, createSubnet("NAT", "10.5.7.0/24", "10.5.7.1"));
  CHECK(strstr(lastRecord(), "\"ErrorCode\":2147942452") != NULL);
  CHECK_RESULT(S_OK, createSubnet("Internal", "10.5.0.0/16", "10.5.0.1"));
}

static void adapters(void) {
  CHECK_RESULT(HCN_E_ADAPTER_NOT_FOUND,
               create(&NETWORK, NULL, "{" V2 ",\"Type\":\"L2Bridge\",\"Policies\":[{\"Type\":\"NetAdapterName\",\"Settings\":"
                                      "{\"NetworkAdapterName\":\"Wi-Fi\"}}]}"));
  configure("{\"Adapters\":[]}");
  CHECK_RESULT(HCN_E_ADAPTER_NOT_FOUND, createSubnet("Transparent", "10.0.0.0/24", "10.0.0.1"));
  configure("{\"Adapters\":[\"Ethernet\",\"Ethernet 2\"]}");
  CHECK_RESULT(S_OK, createSubnet("L2Bridge", "10.0.0.0/24", "10.0.0.1"));
  CHECK_RESULT(S_OK, createSubnet("L2Bridge", "10.0.1.0/24", "10.0.1.1"));
  CHECK_RESULT(S_OK, createSubnet("Transparent", "10.0.2.0/24", "10.0.2.1"));
  CHECK_RESULT(E_INVALIDARG,
               create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Transparent\",\"Policies\":[{\"Type\":\"NetAdapterName\",\"Settings\":"
                                      "{\"NetworkAdapterName\":\"Ethernet\"}}]}"));
}

static void overlays(void) {
  CHECK_RESULT(HCN_E_INVALID_NETWORK, createSubnet("Overlay", "10.0.0.0/24", "10.0.0.1"));
  static const char SETTINGS[] = "{" V2 ",\"Type\":\"Overlay\",\"Ipams\":[{\"Subnets\":[{\"IpAddressPrefix\":\"10.0.0.0/24\","
                                 "\"Policies\":[{\"Type\":\"VSID\",\"Settings\":{\"IsolationId\":%d}}]}]}]}";
  char settings[300];
  snprintf(settings, sizeof settings, SETTINGS, 4095);
  CHECK_RESULT(HCN_E_INVALID_POLICY, create(&NETWORK, NULL, settings));
  snprintf(settings, sizeof settings, SETTINGS, 5000);
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, settings));
}

static void policies(void) {
  CHECK_RESULT(HCN_E_INVALID_POLICY_TYPE, create(&NETWORK, NULL, "{" V2 ",\"Policies\":[{\"Type\":\"Bogus\",\"Settings\":{}}]}"));
  CHECK_RESULT(HCN_E_INVALID_POLICY, create(&NETWORK, NULL, "{" V2 ",\"Policies\":[{\"Type\":\"HostRoute\"}]}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, create(&NETWORK, NULL, "{" V2 ",\"Policies\":[{\"Type\":\"HostRoute\",\"Settings\":{\"X\":1}}]}"));
  configure("{\"Version\":\"9.5\"}");
  static const char SET[] = "{" V2 ",\"Policies\":[{\"Type\":\"SetPolicy\",\"Settings\":{\"Id\":\"s\",\"Name\":\"s\",\"PolicyType\":"
                            "\"IPSET\",\"Values\":\"10.0.0.1\"}}]}";
  CHECK_RESULT(HCN_E_INVALID_POLICY_TYPE, create(&NETWORK, NULL, SET));
  configure("{\"Version\":\"13.0\"}");
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, SET));
}

static void modifies(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  static const char POLICY[] = "{\"ResourceType\":\"Policy\",\"RequestType\":\"%s\",\"Settings\":{\"Policies\":[{\"Type\":\"RemoteSubnetRoute\","
                               "\"Settings\":{\"DestinationPrefix\":\"10.8.0.0/24\",\"IsolationId\":5000,\"ProviderAddress\":\"192.0.2.8\","
                               "\"DistributedRouterMacAddress\":\"00-15-5D-01-02-03\"}}]}}";
  char request[500];
  snprintf(request, sizeof request, POLICY, "Add");
  CHECK_RESULT(S_OK, modify(&NETWORK, network, request));
  snprintf(request, sizeof request, POLICY, "Remove");
  CHECK_RESULT(S_OK, modify(&NETWORK, network, request));
  CHECK_RESULT(HCN_E_POLICY_NOT_FOUND, modify(&NETWORK, network, request));
  CHECK_RESULT(HCN_E_REQUEST_UNSUPPORTED, modify(&NETWORK, network, "{\"ResourceType\":9,\"RequestType\":0,\"Settings\":{}}"));
  CHECK_RESULT(S_OK, modify(&NETWORK, network, "{\"ResourceType\":3,\"RequestType\":0,\"Settings\":{\"Subnets\":[{\"IpAddressPrefix\":\"10.6.0.0/24\"}]}}"));
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 ",\"IpConfigurations\":[{\"IpAddress\":\"10.6.0.9\"}]}"));
  static const char REMOVE[] = "{\"ResourceType\":\"Subnet\",\"RequestType\":\"Remove\",\"Settings\":{\"Subnets\":[{\"IpAddressPrefix\":\"10.6.0.0/24\"}]}}";
  CHECK_RESULT(HCN_E_ENTITY_HAS_REFERENCES, modify(&NETWORK, network, REMOVE));
  CHECK_RESULT(S_OK, removeObject(&ENDPOINT, newId()));
  CHECK_RESULT(S_OK, modify(&NETWORK, network, REMOVE));
}

static void deletingTakesEndpoints(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  givenEndpoint(network);
  CHECK(countOf(&ENDPOINT) == 1);
  CHECK_RESULT(S_OK, removeObject(&NETWORK, network));
  CHECK(countOf(&ENDPOINT) == 0);
}

const Test NETWORK_TESTS[] = {{"row 7: types", types},
                              {"row 7: prefixes and gateways", prefixes},
                              {"row 7: NAT without a subnet gets one", natChooses},
                              {"row 7: NAT prefixes clash", natPrefixesClash},
                              {"row 7: external networks need an adapter", adapters},
                              {"row 7: an overlay's subnet has a VSID", overlays},
                              {"row 7: policies, by version", policies},
                              {"row 7: policies and subnets change", modifies},
                              {"row 7: endpoints go with their network", deletingTakesEndpoints},
                              {0}};
