#include <string.h>

#include "../src/guid.h"
#include "client.h"
#include "suite.h"

static void reservations(void) {
  CHECK_RESULT(S_OK, create(&SERVICE, NULL, "{" V2 "}"));
  char id[GUID_TEXT];
  strcpy(id, newId());
  void *service = openHandle(&SERVICE, id);
  HANDLE tcp = NULL, udp = NULL, shared = NULL, again = NULL;
  CHECK_RESULT(S_OK, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_TCP, HCN_PORT_ACCESS_EXCLUSIVE, 8080, &tcp));
  CHECK_RESULT(E_WIN32_SHARING_VIOLATION, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_BOTH, HCN_PORT_ACCESS_EXCLUSIVE, 8080, &again));
  CHECK_RESULT(S_OK, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_UDP, HCN_PORT_ACCESS_SHARED, 8080, &udp));
  CHECK_RESULT(S_OK, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_UDP, HCN_PORT_ACCESS_SHARED, 8080, &shared));
  CHECK_RESULT(E_INVALIDARG, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_UDP, HCN_PORT_ACCESS_SHARED, 0, &again));
  CHECK_RESULT(E_INVALIDARG, HcnReserveGuestNetworkServicePort(service, 4, HCN_PORT_ACCESS_SHARED, 1, &again));
  HCN_PORT_RANGE_RESERVATION range = {0};
  HANDLE many = NULL;
  CHECK_RESULT(S_OK, HcnReserveGuestNetworkServicePortRange(service, 4095, &range, &many));
  CHECK(range.endingPort - range.startingPort == 4094);
  ULONG count = 0;
  HCN_PORT_RANGE_ENTRY *entries = NULL;
  CHECK_RESULT(S_OK, HcnEnumerateGuestNetworkPortReservations(&count, &entries));
  CHECK(count == 4);
  CHECK(entries[0].StartingPort == 8080 && entries[0].Protocol == HCN_PORT_PROTOCOL_TCP);
  CHECK(entries[3].EndingPort == range.endingPort);
  HcnFreeGuestNetworkPortReservations(entries);
  CHECK_RESULT(S_OK, HcnReleaseGuestNetworkServicePortReservationHandle(tcp));
  CHECK_RESULT(E_INVALIDARG, HcnReleaseGuestNetworkServicePortReservationHandle(tcp));
  CHECK_RESULT(S_OK, HcnReserveGuestNetworkServicePort(service, HCN_PORT_PROTOCOL_TCP, HCN_PORT_ACCESS_EXCLUSIVE, 8080, &tcp));
  HANDLE held[] = {tcp, udp, shared, many};
  for (int i = 0; i < 4; i++) CHECK_RESULT(S_OK, HcnReleaseGuestNetworkServicePortReservationHandle(held[i]));
  CHECK_RESULT(S_OK, HcnCloseGuestNetworkService(service));
}

const Test PORT_TESTS[] = {{"row 12: ports are reserved for guests", reservations}, {0}};
