#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static HRESULT createAt(const char *network, const char *address) {
  char settings[200];
  snprintf(settings, sizeof settings, "{" V2 ",\"IpConfigurations\":[{\"IpAddress\":\"%s\",\"PrefixLength\":24}]}", address);
  return create(&ENDPOINT, network, settings);
}

static HRESULT createMapping(const char *network, const char *mapping) {
  char settings[400];
  snprintf(settings, sizeof settings, "{" V2 ",\"Policies\":[{\"Type\":\"PortMapping\",\"Settings\":%s}]}", mapping);
  return create(&ENDPOINT, network, settings);
}

static void needsItsNetwork(void) {
  GUID none = {0};
  void *handle = NULL;
  void *network = openHandle(&NETWORK, givenNetwork());
  CHECK_RESULT(S_OK, removeObject(&NETWORK, newId()));
  PWSTR error = NULL;
  CHECK_RESULT(HCN_E_NETWORK_NOT_FOUND, HcnCreateEndpoint(network, &none, L"{}", &handle, &error));
  takeRecord(error);
  CHECK(recordSays(HCN_E_NETWORK_NOT_FOUND));
  CHECK_RESULT(S_OK, HcnCloseNetwork(network));
  CHECK_RESULT(E_INVALIDARG, HcnCreateEndpoint(NULL, &none, L"{}", &handle, NULL));
}

static void chooses(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 "}"));
  Json *endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("10.0.0.2", at(endpoint, "IpConfigurations/0/IpAddress"));
  CHECK_TEXT("24", at(endpoint, "IpConfigurations/0/PrefixLength"));
  CHECK_TEXT("10.0.0.1", at(endpoint, "Routes/0/NextHop"));
  CHECK_TEXT(network, at(endpoint, "HostComputeNetwork"));
  CHECK(strncmp(at(endpoint, "MacAddress"), "00-15-5D-", 9) == 0);
  CHECK(strlen(at(endpoint, "AdditionalParams/SwitchPortId")) == 36);
  jsonFree(endpoint);
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 "}"));
  endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("10.0.0.3", at(endpoint, "IpConfigurations/0/IpAddress"));
  jsonFree(endpoint);
}

static void reserved(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  static const char *const RESERVED[] = {"10.0.0.0", "10.0.0.1", "10.0.0.255"};
  for (size_t i = 0; i < 3; i++) CHECK_RESULT(HCN_E_ADDR_INVALID_OR_RESERVED, createAt(network, RESERVED[i]));
  CHECK_RESULT(HCN_E_INVALID_IP, createAt(network, "10.0.1.5"));
  CHECK_RESULT(HCN_E_INVALID_IP, createAt(network, "10.0.0.256"));
  CHECK_RESULT(S_OK, createAt(network, "10.0.0.77"));
  CHECK_RESULT(HCN_E_ADDR_INVALID_OR_RESERVED, createAt(network, "10.0.0.77"));
  CHECK_RESULT(HCN_E_INVALID_PREFIX, create(&ENDPOINT, network, "{" V2 ",\"IpConfigurations\":[{\"IpAddress\":\"10.0.0.78\",\"PrefixLength\":16}]}"));
  CHECK(countOf(&ENDPOINT) == 1);
}

static void theHostsEndpoint(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"L2Bridge\",\"Ipams\":[{\"Subnets\":[{\"IpAddressPrefix\":\"10.3.0.0/29\",\"Routes\":[{"
                                            "\"NextHop\":\"10.3.0.1\",\"DestinationPrefix\":\"0.0.0.0/0\"}]}]}]}"));
  char network[GUID_TEXT];
  strcpy(network, newId());
  CHECK_RESULT(HCN_E_ADDR_INVALID_OR_RESERVED, create(&ENDPOINT, network, "{" V2 ",\"IpConfigurations\":[{\"IpAddress\":\"10.3.0.2\"}]}"));
  for (int i = 0; i < 4; i++) CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 "}"));
  CHECK_RESULT(HCN_E_SUBNET_NOT_FOUND, create(&ENDPOINT, network, "{" V2 "}"));
}

static void twoFamilies(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Internal\",\"Ipams\":[{\"Subnets\":[{\"IpAddressPrefix\":\"10.3.0.0/24\"},"
                                            "{\"IpAddressPrefix\":\"fd00:3::/64\",\"Routes\":[{\"NextHop\":\"fd00:3::1\",\"DestinationPrefix\":\"::/0\"}]}]}]}"));
  CHECK_RESULT(S_OK, create(&ENDPOINT, newId(), "{" V2 ",\"IpConfigurations\":[{\"IpAddress\":\"10.3.0.9\"},{\"IpAddress\":\"fd00:3::9\"}]}"));
  Json *endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("64", at(endpoint, "IpConfigurations/1/PrefixLength"));
  CHECK_TEXT("::/0", at(endpoint, "Routes/0/DestinationPrefix"));
  jsonFree(endpoint);
}

static void macs(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 ",\"MacAddress\":\"00:15:5d:aa:bb:cc\"}"));
  Json *endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("00-15-5D-AA-BB-CC", at(endpoint, "MacAddress"));
  jsonFree(endpoint);
  CHECK_RESULT(HCN_E_INVALID_ENDPOINT, create(&ENDPOINT, network, "{" V2 ",\"MacAddress\":\"00-15-5D-AA-BB-CC\"}"));
  CHECK_RESULT(HCN_E_INVALID_ENDPOINT, create(&ENDPOINT, network, "{" V2 ",\"MacAddress\":\"00-15-5D-AA-BB\"}"));
}

static void remote(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  CHECK_RESULT(HCN_E_INVALID_ENDPOINT, create(&ENDPOINT, network, "{" V2 ",\"Flags\":1}"));
  CHECK_RESULT(S_OK, create(&ENDPOINT, network, "{" V2 ",\"Flags\":\"RemoteEndpoint\",\"IpConfigurations\":[{\"IpAddress\":\"10.200.0.1\"}],"
                                                "\"MacAddress\":\"00-15-5D-AA-BB-CC\",\"Policies\":[{\"Type\":\"ProviderAddress\",\"Settings\":{"
                                                "\"ProviderAddress\":\"192.0.2.9\"}}]}"));
  char id[GUID_TEXT];
  strcpy(id, newId());
  Json *endpoint = query(&ENDPOINT, id);
  CHECK(jsonGet(endpoint, "Routes") == NULL);
  CHECK_TEXT("1", at(endpoint, "Flags"));
  jsonFree(endpoint);
  CHECK_RESULT(HCN_E_INVALID_REMOTE_ENDPOINT_OPERATION,
               modify(&ENDPOINT, id, "{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":[{\"Type\":\"QOS\",\"Settings\":{"
                                     "\"MaximumOutgoingBandwidthInBytes\":1000}}]}}"));
}

static void portMappings(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  CHECK_RESULT(HCN_E_INVALID_INTERNAL_PORT, createMapping(network, "{\"Protocol\":6,\"InternalPort\":0,\"ExternalPort\":80}"));
  CHECK_RESULT(HCN_E_INVALID_POLICY, createMapping(network, "{\"Protocol\":132,\"InternalPort\":80,\"ExternalPort\":80}"));
  CHECK_RESULT(S_OK, createMapping(network, "{\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":8080}"));
  CHECK_RESULT(HCN_E_PORT_ALREADY_EXISTS, createMapping(network, "{\"Protocol\":6,\"InternalPort\":81,\"ExternalPort\":8080}"));
  CHECK(strstr(lastRecord(), "\"The specified port already exists. \"") != NULL);
  CHECK_RESULT(S_OK, createMapping(network, "{\"Protocol\":17,\"InternalPort\":80,\"ExternalPort\":8080}"));
  CHECK_RESULT(S_OK, createMapping(network, "{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":0}"));
  Json *endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("49152", at(endpoint, "Policies/0/Settings/ExternalPort"));
  jsonFree(endpoint);
  configure("{\"ExcludedPorts\":[50000]}");
  CHECK_RESULT(E_WIN32_SHARING_VIOLATION, createMapping(network, "{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":50000}"));
}

static void noMappingsThere(void) {
  static const char *const TYPES[] = {"Transparent", "Private", "Internal"};
  for (size_t i = 0; i < 3; i++) {
    char settings[100];
    snprintf(settings, sizeof settings, "{" V2 ",\"Type\":\"%s\"}", TYPES[i]);
    CHECK_RESULT(S_OK, create(&NETWORK, NULL, settings));
    char network[GUID_TEXT];
    strcpy(network, newId());
    CHECK_RESULT(HCN_E_MAPPING_NOT_SUPPORTED, createMapping(network, "{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":80}"));
  }
}

const Test ENDPOINT_TESTS[] = {{"row 8: a network has to be there", needsItsNetwork},
                               {"row 8: address, MAC address and route are chosen", chooses},
                               {"row 8: addresses that are reserved, taken or elsewhere", reserved},
                               {"row 8: the host's own endpoint, and a pool that is used up", theHostsEndpoint},
                               {"row 8: both families", twoFamilies},
                               {"row 8: MAC addresses", macs},
                               {"row 8: remote endpoints", remote},
                               {"row 8: ports that are mapped", portMappings},
                               {"row 8: networks without port mapping", noMappingsThere},
                               {0}};
