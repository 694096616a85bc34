#include <string.h>

#include "exports.h"
#include "hresults.h"
#include "object-calls.h"
#include "ports.h"

static bool giveReservation(Call *call, uint64_t number, HANDLE *handle);
static HCN_PORT_RANGE_ENTRY entryOf(const Json *reservation);

HRESULT WINAPI HcnReserveGuestNetworkServicePort(HCN_GUESTNETWORKSERVICE GuestNetworkService, HCN_PORT_PROTOCOL Protocol,
                                                 HCN_PORT_ACCESS Access, USHORT Port, HANDLE *PortReservationHandle) {
  Call call;
  bool isKnown = Protocol >= HCN_PORT_PROTOCOL_TCP && Protocol <= HCN_PORT_PROTOCOL_BOTH &&
                 (Access == HCN_PORT_ACCESS_EXCLUSIVE || Access == HCN_PORT_ACCESS_SHARED);
  bool goesOn = callBegin(&call, "HcnReserveGuestNetworkServicePort", NULL) &&
                (PortReservationHandle != NULL || fail(&call, E_POINTER, NULL)) &&
                (isKnown || fail(&call, E_INVALIDARG, NULL));
  const Json *service = goesOn ? objectOfHandle(&call, &guestNetworkServiceKind, GuestNetworkService) : NULL;
  if (service != NULL) {
    PortRange range = {Port, Port, Protocol, Access};
    giveReservation(&call, portsReserve(&call, jsonTextOf(service, "ID"), &range), PortReservationHandle);
  }
  return callEnd(&call);
}

HRESULT WINAPI HcnReserveGuestNetworkServicePortRange(HCN_GUESTNETWORKSERVICE GuestNetworkService, USHORT PortCount,
                                                      HCN_PORT_RANGE_RESERVATION *PortRangeReservation,
                                                      HANDLE *PortReservationHandle) {
  Call call;
  bool hasOuts = PortRangeReservation != NULL && PortReservationHandle != NULL;
  bool goesOn = callBegin(&call, "HcnReserveGuestNetworkServicePortRange", NULL) && (hasOuts || fail(&call, E_POINTER, NULL));
  const Json *service = goesOn ? objectOfHandle(&call, &guestNetworkServiceKind, GuestNetworkService) : NULL;
  if (service != NULL) {
    PortRange range;
    uint64_t number = portsReserveAny(&call, jsonTextOf(service, "ID"), PortCount, &range);
    if (giveReservation(&call, number, PortReservationHandle))
      *PortRangeReservation = (HCN_PORT_RANGE_RESERVATION){(USHORT)range.first, (USHORT)range.last};
  }
  return callEnd(&call);
}

static bool giveReservation(Call *call, uint64_t number, HANDLE *handle) {
  *handle = NULL;
  HandleEntry entry = {.kind = HANDLE_PORTS, .number = number};
  return number != 0 && giveHandle(call, entry, handle);
}

HRESULT WINAPI HcnReleaseGuestNetworkServicePortReservationHandle(HANDLE PortReservationHandle) {
  Call call;
  if (callBegin(&call, "HcnReleaseGuestNetworkServicePortReservationHandle", NULL)) {
    HandleEntry *entry = handleFind(PortReservationHandle, HANDLE_PORTS);
    if (entry == NULL) {
      fail(&call, E_INVALIDARG, NULL);
    } else {
      portsRelease(entry->number);
      handleClose(entry);
    }
  }
  return callEnd(&call);
}

HRESULT WINAPI HcnEnumerateGuestNetworkPortReservations(ULONG *ReturnCount, HCN_PORT_RANGE_ENTRY **PortEntries) {
  Call call;
  bool hasOuts = ReturnCount != NULL && PortEntries != NULL;
  if (callBegin(&call, "HcnEnumerateGuestNetworkPortReservations", NULL) && (hasOuts || fail(&call, E_POINTER, NULL))) {
    const Json *reservations = portsAll();
    ULONG count = (ULONG)jsonCount(reservations);
    *PortEntries = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (count + 1) * sizeof **PortEntries);
    for (ULONG i = 0; i < count; i++) (*PortEntries)[i] = entryOf(reservations->items[i]);
    *ReturnCount = count;
  }
  return callEnd(&call);
}

/** Partitions, priority and the rest are nothing that the emulator has [INF]. */
static HCN_PORT_RANGE_ENTRY entryOf(const Json *reservation) {
  HCN_PORT_RANGE_ENTRY entry = {.Protocol = (HCN_PORT_PROTOCOL)jsonNumberOf(reservation, "Protocol"),
                                .SharingFlags = jsonNumberOf(reservation, "Access") == HCN_PORT_ACCESS_SHARED,
                                .StartingPort = (UINT16)jsonNumberOf(reservation, "First"),
                                .EndingPort = (UINT16)jsonNumberOf(reservation, "Last")};
  guidFromText(jsonTextOf(reservation, "Service"), &entry.TargetPartitionId);
  return entry;
}

VOID WINAPI HcnFreeGuestNetworkPortReservations(HCN_PORT_RANGE_ENTRY *PortEntries) {
  HeapFree(GetProcessHeap(), 0, PortEntries);
}
