#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static char endpoint[GUID_TEXT];
static char settings[600];

static void given(void) {
  char network[GUID_TEXT];
  strcpy(network, givenNetwork());
  strcpy(endpoint, givenEndpoint(network));
}

static const char *balancer(const char *endpointId, const char *vip, int port, const char *more) {
  snprintf(settings, sizeof settings,
           "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"FrontendVIPs\":[%s],\"PortMappings\":[{\"Protocol\":6,\"InternalPort\":80,"
           "\"ExternalPort\":%d%s}]}",
           endpointId, vip, port, more);
  return settings;
}

static void endpointsAreThere(void) {
  given();
  CHECK_RESULT(HCN_E_ENDPOINT_NOT_FOUND, create(&LOADBALANCER, NULL, balancer("6d9c7d5b-7fcb-4f5f-9a0d-000000000009", "", 80, "")));
  CHECK_RESULT(S_OK, create(&LOADBALANCER, NULL, balancer(endpoint, "", 80, "")));
  Json *document = query(&LOADBALANCER, newId());
  CHECK_TEXT(endpoint, at(document, "HostComputeEndpoints/0"));
  jsonFree(document);
}

static void vipsAndPorts(void) {
  given();
  CHECK_RESULT(S_OK, create(&LOADBALANCER, NULL, balancer(endpoint, "\"10.9.0.1\"", 80, "")));
  CHECK_RESULT(HCN_E_PORT_ALREADY_EXISTS, create(&LOADBALANCER, NULL, balancer(endpoint, "\"10.9.0.2\",\"10.9.0.1\"", 80, "")));
  CHECK_RESULT(S_OK, create(&LOADBALANCER, NULL, balancer(endpoint, "\"10.9.0.1\"", 81, "")));
  CHECK_RESULT(S_OK, create(&LOADBALANCER, NULL, balancer(endpoint, "\"10.9.0.2\"", 80, "")));
  CHECK_RESULT(HCN_E_INVALID_IP, create(&LOADBALANCER, NULL, balancer(endpoint, "\"10.9.0\"", 82, "")));
  CHECK_RESULT(HCN_E_INVALID_POLICY, create(&LOADBALANCER, NULL, balancer(endpoint, "", 0, "")));
}

static void byVersion(void) {
  given();
  configure("{\"Version\":\"11.0\",\"Schema\":\"2.7\"}");
  CHECK_RESULT(HCN_E_INVALID_POLICY, create(&LOADBALANCER, NULL, balancer(endpoint, "", 80, ",\"DistributionType\":\"SourceIP\"")));
  configure("{\"Version\":\"12.0\"}");
  CHECK_RESULT(S_OK, create(&LOADBALANCER, NULL, balancer(endpoint, "", 80, ",\"DistributionType\":\"SourceIP\"")));
  char id[GUID_TEXT];
  strcpy(id, newId());
  CHECK_RESULT(E_NOTIMPL, modify(&LOADBALANCER, id, balancer(endpoint, "", 81, "")));
  configure("{\"Version\":\"15.5\"}");
  CHECK_RESULT(S_OK, modify(&LOADBALANCER, id, balancer(endpoint, "", 81, "")));
  Json *document = query(&LOADBALANCER, id);
  CHECK_TEXT("81", at(document, "PortMappings/0/ExternalPort"));
  jsonFree(document);
}

static void routesInBothWords(void) {
  given();
  static const char *const WORDS[] = {"Routes", "Setting"};
  for (int i = 0; i < 2; i++) {
    snprintf(settings, sizeof settings, "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"%s\":[{\"DestinationPrefix\":\"10.9.0.0/16\",\"NextHop\":\"10.0.0.9\"}]}",
             endpoint, WORDS[i]);
    CHECK_RESULT(S_OK, create(&SDNROUTE, NULL, settings));
  }
  snprintf(settings, sizeof settings, "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"Routes\":[{\"DestinationPrefix\":\"10.9\",\"NextHop\":\"10.0.0.9\"}]}", endpoint);
  CHECK_RESULT(HCN_E_INVALID_POLICY, create(&SDNROUTE, NULL, settings));
}

const Test LOADBALANCER_TESTS[] = {{"row 11: endpoints have to be there", endpointsAreThere},
                                   {"row 11: virtual addresses and ports", vipsAndPorts},
                                   {"row 11: what a version can", byVersion},
                                   {"row 11: routes are Routes or Setting", routesInBothWords},
                                   {0}};
