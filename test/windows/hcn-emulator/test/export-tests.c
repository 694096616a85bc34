#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static const char SERVICE_SETTINGS[] = "{" V2 ",\"VirtualMachineId\":\"6d9c7d5b-7fcb-4f5f-9a0d-000000000001\"}";

/** Every function that the import library has is called by some test: it is linked, so the DLL has it. Row 1. */
static void everyFunctionIsThere(void) {
  HMODULE library = LoadLibraryA("computenetwork.dll");
  static const char *const OBJECTS[] = {"Network", "Namespace", "Endpoint", "LoadBalancer", "SdnRoute", "GuestNetworkService"};
  static const char *const SHAPES[] = {"HcnEnumerate%ss", "HcnCreate%s", "HcnOpen%s", "HcnModify%s", "HcnQuery%sProperties",
                                       "HcnDelete%s", "HcnClose%s"};
  static const char *const OTHERS[] = {"HcnRegisterServiceCallback",
                                       "HcnUnregisterServiceCallback",
                                       "HcnRegisterNetworkCallback",
                                       "HcnUnregisterNetworkCallback",
                                       "HcnRegisterGuestNetworkServiceCallback",
                                       "HcnUnregisterGuestNetworkServiceCallback",
                                       "HcnReserveGuestNetworkServicePort",
                                       "HcnReserveGuestNetworkServicePortRange",
                                       "HcnReleaseGuestNetworkServicePortReservationHandle",
                                       "HcnEnumerateGuestNetworkPortReservations",
                                       "HcnFreeGuestNetworkPortReservations",
                                       "HcnQueryEndpointStats"};
  int count = 0;
  for (size_t i = 0; i < 6; i++) {
    for (size_t j = 0; j < 7; j++, count++) {
      char name[80];
      snprintf(name, sizeof name, SHAPES[j], OBJECTS[i]);
      CHECK(GetProcAddress(library, name) != NULL);
    }
  }
  for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++, count++) CHECK(GetProcAddress(library, OTHERS[i]) != NULL);
  CHECK(count == 54);
  CHECK(GetProcAddress(LoadLibraryA("vmcompute.dll"), "HNSCall") != NULL);
  CHECK(GetProcAddress(LoadLibraryA("compartments.dll"), "SetCurrentThreadCompartmentId") != NULL);
}

static void theOlderDllLacksSome(void) {
  HMODULE older = LoadLibraryA("1809\\computenetwork.dll");
  CHECK(GetProcAddress(older, "HcnCreateNetwork") != NULL);
  CHECK(GetProcAddress(older, "HcnCreateSdnRoute") == NULL);
  CHECK(GetProcAddress(older, "HcnReserveGuestNetworkServicePort") == NULL);
}

/** A life of each kind of object, by every call that it has. */
static void walk(const Kind *kind, const char *network, const char *settings, const char *request, HRESULT modified) {
  CHECK_RESULT(S_OK, create(kind, network, settings));
  char id[GUID_TEXT];
  strcpy(id, newId());
  Json *document = query(kind, id);
  CHECK_TEXT(id, at(document, "ID"));
  jsonFree(document);
  Json *ids = enumerate(kind, V2_QUERY);
  CHECK(jsonCount(ids) == 1);
  CHECK_TEXT(id, at(ids, "0"));
  jsonFree(ids);
  CHECK_RESULT(modified, modify(kind, id, request));
  CHECK_RESULT(S_OK, removeObject(kind, id));
  CHECK_RESULT(kind->notFound, removeObject(kind, id));
  CHECK(recordSays(kind->notFound));
  CHECK(openHandle(kind, id) == NULL);
  CHECK(recordSays(kind->notFound));
}

static void walkNetwork(void) {
  walk(&NETWORK, NULL, "{" V2 ",\"Name\":\"walk\",\"Type\":\"NAT\"}",
       "{\"ResourceType\":\"DNS\",\"RequestType\":\"Update\",\"Settings\":{\"Domain\":\"example\"}}", S_OK);
}

static void walkEndpoint(void) {
  walk(&ENDPOINT, givenNetwork(), "{" V2 ",\"Name\":\"walk\"}",
       "{\"ResourceType\":\"Policy\",\"RequestType\":\"Add\",\"Settings\":{\"Policies\":[{\"Type\":\"QOS\",\"Settings\":{"
       "\"MaximumOutgoingBandwidthInBytes\":18446744073}}]}}",
       S_OK);
}

static void walkNamespace(void) {
  walk(&NAMESPACE, NULL, "{" V2 ",\"Type\":\"Host\"}",
       "{\"ResourceType\":\"Container\",\"RequestType\":\"Add\",\"Settings\":{\"ContainerId\":\"box\"}}", S_OK);
}

static void walkLoadBalancer(void) {
  char settings[400], request[400];
  const char *endpoint = givenEndpoint(givenNetwork());
  snprintf(settings, sizeof settings,
           "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"FrontendVIPs\":[\"10.9.9.9\"],\"PortMappings\":[{\"Protocol\":6,"
           "\"InternalPort\":80,\"ExternalPort\":8080}]}", endpoint);
  strcpy(request, settings);
  walk(&LOADBALANCER, NULL, settings, request, S_OK);
}

static void walkSdnRoute(void) {
  char settings[400];
  const char *endpoint = givenEndpoint(givenNetwork());
  snprintf(settings, sizeof settings,
           "{" V2 ",\"HostComputeEndpoints\":[\"%s\"],\"Routes\":[{\"DestinationPrefix\":\"10.9.0.0/16\",\"NextHop\":"
           "\"10.0.0.9\",\"NeedEncap\":true}]}", endpoint);
  walk(&SDNROUTE, NULL, settings, settings, E_NOTIMPL);
}

static void walkGuestNetworkService(void) {
  walk(&SERVICE, NULL, SERVICE_SETTINGS,
       "{\"ResourceType\":\"State\",\"RequestType\":\"Update\",\"Settings\":{\"State\":\"Synchronized\"}}", S_OK);
}

static void endpointStatistics(void) {
  char settings[200];
  const char *endpoint = givenEndpoint(givenNetwork());
  snprintf(settings, sizeof settings, "{\"Statistics\":{\"%s\":{\"BytesReceived\":4096}}}", endpoint);
  configure(settings);
  void *handle = openHandle(&ENDPOINT, endpoint);
  PWSTR text = NULL, error = NULL;
  CHECK_RESULT(S_OK, HcnQueryEndpointStats(handle, L"", &text, &error));
  CHECK(error == NULL && text != NULL && wcsstr(text, L"\"BytesReceived\":4096") != NULL);
  takeRecord(text);
  CHECK_RESULT(S_OK, HcnCloseEndpoint(handle));
}

static void structuresAreWindows(void) {
  CHECK(sizeof(HCN_PORT_RANGE_ENTRY) == 64);
  CHECK(offsetof(HCN_PORT_RANGE_ENTRY, Protocol) == 32);
  CHECK(offsetof(HCN_PORT_RANGE_ENTRY, Priority) == 40);
  CHECK(offsetof(HCN_PORT_RANGE_ENTRY, StartingPort) == 60);
}

const Test EXPORT_TESTS[] = {{"row 1: all 54 functions are exported", everyFunctionIsThere},
                             {"row 1: an older DLL lacks routes and ports", theOlderDllLacksSome},
                             {"row 1: structures are as large as in Windows", structuresAreWindows},
                             {"row 1: the calls of a network", walkNetwork},
                             {"row 1: the calls of an endpoint", walkEndpoint},
                             {"row 1: the calls of a namespace", walkNamespace},
                             {"row 1: the calls of a load balancer", walkLoadBalancer},
                             {"row 1: the calls of an SDN route", walkSdnRoute},
                             {"row 1: the calls of a guest network service", walkGuestNetworkService},
                             {"row 1: the statistics of an endpoint", endpointStatistics},
                             {0}};
