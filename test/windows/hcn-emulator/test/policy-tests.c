#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static char network[GUID_TEXT];
static char endpoint[GUID_TEXT];

static void given(void) {
  strcpy(network, givenNetwork());
  strcpy(endpoint, givenEndpoint(network));
}

static HRESULT change(const char *kind, const char *policies) {
  char request[1200];
  snprintf(request, sizeof request, "{\"ResourceType\":\"Policy\",\"RequestType\":\"%s\",\"Settings\":{\"Policies\":[%s]}}", kind, policies);
  return modify(&ENDPOINT, endpoint, request);
}

static size_t policyCount(void) {
  Json *document = query(&ENDPOINT, endpoint);
  size_t count = jsonCount(jsonGet(document, "Policies"));
  jsonFree(document);
  return count;
}

static const char QOS[] = "{\"Type\":\"QOS\",\"Settings\":{\"MaximumOutgoingBandwidthInBytes\":1000}}";
static const char QOS_AGAIN[] = "{\"Type\":\"QOS\",\"Settings\":{\"MaximumOutgoingBandwidthInBytes\":2000}}";
static const char ACL_POLICY[] = "{\"Type\":\"ACL\",\"Settings\":{\"Protocols\":\"6\",\"Action\":\"Allow\",\"Direction\":\"In\",\"LocalPorts\":\"80-90,443\","
                          "\"RemoteAddresses\":\"10.0.0.0/8,fd00::/8\",\"RuleType\":\"Switch\",\"Priority\":100}}";

static void changes(void) {
  given();
  CHECK_RESULT(S_OK, change("Add", QOS));
  CHECK_RESULT(S_OK, change("Add", ACL_POLICY));
  CHECK(policyCount() == 2);
  CHECK_RESULT(S_OK, change("Update", QOS_AGAIN));
  CHECK(policyCount() == 2);
  CHECK_RESULT(HCN_E_POLICY_NOT_FOUND, change("Remove", QOS));
  CHECK_RESULT(S_OK, change("Remove", QOS_AGAIN));
  CHECK_RESULT(S_OK, change("Remove", ACL_POLICY));
  CHECK_RESULT(HCN_E_POLICY_NOT_FOUND, change("Remove", ACL_POLICY));
  CHECK(policyCount() == 0);
  CHECK_RESULT(HCN_E_REQUEST_UNSUPPORTED, change("Refresh", QOS));
  CHECK_RESULT(HCN_E_REQUEST_UNSUPPORTED, change("Bogus", QOS));
}

static void failuresChangeNothing(void) {
  given();
  char both[800];
  snprintf(both, sizeof both, "%s,{\"Type\":\"Bogus\",\"Settings\":{}}", QOS);
  CHECK_RESULT(HCN_E_INVALID_POLICY_TYPE, change("Add", both));
  CHECK(policyCount() == 0);
  CHECK_RESULT(S_OK, change("Add", QOS));
  snprintf(both, sizeof both, "%s,%s", QOS, ACL_POLICY);
  CHECK_RESULT(HCN_E_POLICY_NOT_FOUND, change("Remove", both));
  CHECK(policyCount() == 1);
}

static void acls(void) {
  given();
  static const char *const BAD[] = {
      "\"RemoteAddresses\":\"Any\"",      "\"LocalAddresses\":\"10.0.0.0/40\"", "\"LocalPorts\":\"90-80\"", "\"LocalPorts\":\"65536\"",
      "\"RemotePorts\":\"http\"",         "\"Protocols\":\"TCP\"",              "\"Priority\":65536",       "\"Direction\":\"Sideways\"",
      "\"RuleType\":\"Other\"",           "\"Action\":\"Reject\""};
  for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
    char policy[300];
    snprintf(policy, sizeof policy, "{\"Type\":\"ACL\",\"Settings\":{%s}}", BAD[i]);
    CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", policy));
  }
  CHECK_RESULT(S_OK, change("Add", "{\"Type\":\"ACL\",\"Settings\":{\"Action\":\"Pass\",\"Direction\":\"Out\",\"Protocols\":\"252\"}}"));
  configure("{\"Version\":\"9.5\",\"Schema\":\"2.0\"}");
  CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", "{\"Type\":\"ACL\",\"Settings\":{\"Action\":\"Pass\",\"Direction\":\"Out\"}}"));
  CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", "{\"Type\":\"ACL\",\"Settings\":{\"Action\":\"Allow\",\"Protocols\":\"252\"}}"));
}

static void aclsOfSets(void) {
  given();
  static const char USES[] = "{\"Type\":\"ACL\",\"Settings\":{\"Action\":\"Allow\",\"Direction\":\"In\",\"RemoteAddresses\":\"friends\"}}";
  CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", USES));
  CHECK_RESULT(S_OK, modify(&NETWORK, network,
                            "{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":[{\"Type\":\"SetPolicy\",\"Settings\":{"
                            "\"Id\":\"friends\",\"Name\":\"friends\",\"PolicyType\":\"IPSET\",\"Values\":\"10.0.0.7\"}}]}}"));
  CHECK_RESULT(S_OK, change("Add", USES));
}

static void interfaceParameters(void) {
  given();
  static const char MTU[] = "{\"Type\":\"InterfaceParameters\",\"Settings\":{\"Mtu\":1400}}";
  CHECK_RESULT(S_OK, change("Add", MTU));
  CHECK_RESULT(HCN_INTERFACEPARAMETERS_ALREADY_APPLIED, change("Add", MTU));
  CHECK_RESULT(S_OK, change("Update", MTU));
}

static void settingsAreNeeded(void) {
  given();
  CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", "{\"Type\":\"QOS\"}"));
  CHECK_RESULT(HCN_E_INVALID_POLICY, change("Add", "{\"Type\":\"QOS\",\"Settings\":{}}"));
  CHECK_RESULT(HCN_E_INVALID_POLICY_TYPE, change("Add", "{\"Settings\":{}}"));
  CHECK_RESULT(HCN_E_INVALID_JSON, change("Add", "{\"Type\":\"QOS\",\"Settings\":{\"Bandwidth\":1}}"));
}

static void portsOfUpdates(void) {
  given();
  static const char MAPPING[] = "{\"Type\":\"PortMapping\",\"Settings\":{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":8080}}";
  CHECK_RESULT(S_OK, change("Add", MAPPING));
  CHECK_RESULT(HCN_E_PORT_ALREADY_EXISTS, change("Add", MAPPING));
  CHECK_RESULT(S_OK, change("Update", MAPPING));
  CHECK_RESULT(S_OK, change("Remove", MAPPING));
  CHECK_RESULT(S_OK, change("Add", MAPPING));
}

const Test POLICY_TESTS[] = {{"row 9: Add, Update and Remove", changes},
                             {"row 9: a request that fails changes nothing", failuresChangeNothing},
                             {"row 9: what an ACL may say", acls},
                             {"row 9: an ACL of a network's set", aclsOfSets},
                             {"row 9: interface parameters once", interfaceParameters},
                             {"row 9: types and settings are needed", settingsAreNeeded},
                             {"row 9: ports of updates", portsOfUpdates},
                             {0}};
