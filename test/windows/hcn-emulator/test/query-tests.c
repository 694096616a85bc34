#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static size_t countWith(const Kind *kind, const char *key, const char *value) {
  char request[300];
  snprintf(request, sizeof request, "{" V2 ",\"Flags\":\"None\",\"Filter\":\"{\\\"%s\\\":\\\"%s\\\"}\"}", key, value);
  Json *ids = enumerate(kind, request);
  size_t count = jsonCount(ids);
  jsonFree(ids);
  return count;
}

static void filters(void) {
  char first[GUID_TEXT];
  strcpy(first, givenNetwork());
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Name\":\"second\",\"Owner\":\"cnm\",\"Type\":\"Private\"}"));
  CHECK_RESULT(S_OK, create(&ENDPOINT, first, "{" V2 ",\"Name\":\"a\"}"));
  CHECK(countWith(&NETWORK, "Name", "second") == 1);
  CHECK(countWith(&NETWORK, "Owner", "cnm") == 1);
  CHECK(countWith(&NETWORK, "ID", first) == 1);
  CHECK(countWith(&NETWORK, "Name", "third") == 0);
  CHECK(countWith(&ENDPOINT, "VirtualNetwork", first) == 1);
  CHECK(countWith(&ENDPOINT, "HostComputeNetwork", first) == 1);
  CHECK(countWith(&ENDPOINT, "VirtualNetworkName", "given") == 1);
  CHECK(countWith(&ENDPOINT, "VirtualNetworkName", "second") == 0);
}

static void badFilters(void) {
  static const char *const BAD[] = {"{" V2 ",\"Filter\":\"{\"}", "{" V2 ",\"Filter\":\"[]\"}", "[", "{"};
  for (size_t i = 0; i < 4; i++) {
    CHECK(enumerate(&NETWORK, BAD[i]) == NULL);
    CHECK(recordSays(HCN_E_INVALID_JSON));
  }
}

static void byVersion(void) {
  const char *network = givenNetwork();
  Json *v2 = queryAs(&NETWORK, network, V2_QUERY);
  CHECK_TEXT("10.0.0.0/24", at(v2, "Ipams/0/Subnets/0/IpAddressPrefix"));
  CHECK_TEXT("10.0.0.1", at(v2, "Ipams/0/Subnets/0/Routes/0/NextHop"));
  CHECK_TEXT("2", at(v2, "SchemaVersion/Major"));
  CHECK(strlen(at(v2, "Ipams/0/Subnets/0/ID")) == 36);
  CHECK(strlen(at(v2, "Ipams/0/Subnets/0/IpSubnets/0/ID")) == 36);
  jsonFree(v2);
  static const char *const OLD[] = {"", "{\"SchemaVersion\":{\"Major\":1,\"Minor\":0}}", "{}"};
  for (size_t i = 0; i < 3; i++) {
    Json *v1 = queryAs(&NETWORK, network, OLD[i]);
    CHECK_TEXT("10.0.0.0/24", at(v1, "Subnets/0/AddressPrefix"));
    CHECK_TEXT("10.0.0.1", at(v1, "Subnets/0/GatewayAddress"));
    CHECK(jsonGet(v1, "Ipams") == NULL);
    jsonFree(v1);
  }
}

static void createdAsV1(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL,
                            "{\"Name\":\"v1\",\"Type\":\"l2bridge\",\"NetworkAdapterName\":\"Ethernet\",\"DNSServerList\":"
                            "\"10.1.0.53,10.1.0.54\",\"DNSSuffix\":\"example\",\"Policies\":[{\"Type\":\"VLAN\",\"VLAN\":7}],"
                            "\"MacPools\":[{\"StartMacAddress\":\"00-15-5D-10-00-00\",\"EndMacAddress\":\"00-15-5D-10-00-0F\"}],"
                            "\"Subnets\":[{\"AddressPrefix\":\"10.1.0.0/16\",\"GatewayAddress\":\"10.1.0.1\"}]}"));
  char network[GUID_TEXT];
  strcpy(network, newId());
  Json *document = query(&NETWORK, network);
  CHECK_TEXT("L2Bridge", at(document, "Type"));
  CHECK_TEXT("10.1.0.54", at(document, "Dns/ServerList/1"));
  CHECK_TEXT("7", at(document, "Ipams/0/Subnets/0/Policies/0/Settings/IsolationId"));
  CHECK_TEXT("NetAdapterName", at(document, "Policies/0/Type"));
  jsonFree(document);
  CHECK_RESULT(S_OK, create(&ENDPOINT, network,
                            "{\"Name\":\"e\",\"IPAddress\":\"10.1.0.9\",\"PrefixLength\":16,\"GatewayAddress\":\"10.1.0.1\","
                            "\"Policies\":[{\"Type\":\"NAT\",\"Protocol\":\"TCP\",\"InternalPort\":80,\"ExternalPort\":8080},"
                            "{\"Type\":\"OutBoundNAT\",\"ExceptionList\":[\"10.0.0.0/8\"]}]}"));
  Json *endpoint = query(&ENDPOINT, newId());
  CHECK_TEXT("10.1.0.9", at(endpoint, "IpConfigurations/0/IpAddress"));
  CHECK_TEXT("00-15-5D-10-00-00", at(endpoint, "MacAddress"));
  CHECK_TEXT("PortMapping", at(endpoint, "Policies/0/Type"));
  CHECK_TEXT("6", at(endpoint, "Policies/0/Settings/Protocol"));
  CHECK_TEXT("10.0.0.0/8", at(endpoint, "Policies/1/Settings/Exceptions/0"));
  jsonFree(endpoint);
}

const Test ENUMERATE_TESTS[] = {{"row 5: filters, with the words of v1", filters}, {"row 5: a filter that is none", badFilters}, {0}};
const Test QUERY_TESTS[] = {{"row 6: the query's version is the answer's", byVersion},
                            {"row 6: settings without a version are v1", createdAsV1},
                            {0}};
