#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static const char ID[] = "6d9c7d5b-7fcb-4f5f-9a0d-00000000abcd";

static void theParameterCounts(void) {
  CHECK_RESULT(S_OK, createWithId(&NETWORK, NULL, ID, "{" V2 ",\"ID\":\"11111111-7fcb-4f5f-9a0d-000000000001\"}"));
  CHECK_TEXT(ID, newId());
}

static void elseTheSettings(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"ID\":\"6D9C7D5B-7FCB-4F5F-9A0D-00000000ABCD\"}"));
  CHECK_TEXT(ID, newId());
}

static void elseANewOne(void) {
  char first[GUID_TEXT];
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  strcpy(first, newId());
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Type\":\"Private\"}"));
  CHECK(strcmp(first, newId()) != 0);
  CHECK(strlen(first) == 36);
}

static void idsInAnyCase(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"ID\":\"6d9c7d5b-7fcb-4f5f-9a0d-00000000abcd\"}"));
  Json *ids = enumerate(&NETWORK, "{" V2 ",\"Filter\":\"{\\\"ID\\\":\\\"6D9C7D5B-7FCB-4F5F-9A0D-00000000ABCD\\\"}\"}");
  CHECK(jsonCount(ids) == 1);
  jsonFree(ids);
  CHECK_RESULT(HCN_E_NETWORK_ALREADY_EXISTS, create(&NETWORK, NULL, "{" V2 ",\"ID\":\"6D9C7D5B-7FCB-4F5F-9A0D-00000000ABCD\"}"));
}

static void existing(void) {
  char settings[400];
  CHECK_RESULT(S_OK, createWithId(&NAMESPACE, NULL, ID, "{" V2 "}"));
  CHECK_RESULT(E_WIN32_ALREADY_EXISTS, createWithId(&NAMESPACE, NULL, ID, "{" V2 "}"));
  const char *network = givenNetwork();
  const char *endpoint = givenEndpoint(network);
  snprintf(settings, sizeof settings,
           "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"PortMappings\":[{\"Protocol\":6,\"InternalPort\":80,\"ExternalPort\":80}]}",
           endpoint);
  CHECK_RESULT(S_OK, createWithId(&LOADBALANCER, NULL, ID, settings));
  CHECK_RESULT(E_WIN32_ALREADY_EXISTS, createWithId(&LOADBALANCER, NULL, ID, settings));
  CHECK_RESULT(E_WIN32_ALREADY_EXISTS, createWithId(&ENDPOINT, network, endpoint, "{" V2 "}"));
}

static void namesOfNetworks(void) {
  CHECK_RESULT(S_OK, create(&NETWORK, NULL, "{" V2 ",\"Name\":\"web\",\"Type\":\"Private\"}"));
  CHECK_RESULT(HCN_E_NETWORK_ALREADY_EXISTS, create(&NETWORK, NULL, "{" V2 ",\"Name\":\"Web\",\"Type\":\"Private\"}"));
  CHECK(recordSays(HCN_E_NETWORK_ALREADY_EXISTS));
}

const Test IDENTITY_TESTS[] = {{"row 4: the parameter is the id", theParameterCounts},
                               {"row 4: else the settings' ID", elseTheSettings},
                               {"row 4: else one is made", elseANewOne},
                               {"row 4: ids are the same in any case", idsInAnyCase},
                               {"row 4: an id that exists", existing},
                               {"row 4: a network's name that exists", namesOfNetworks},
                               {0}};
