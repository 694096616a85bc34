#include "ports.h"

#include <computenetwork.h>

#include "hresults.h"
#include "state.h"
#include "text.h"

/** Dynamic ports, of which a range is taken [INF]. */
enum { FIRST_DYNAMIC = 49152, MOST_PORT = 65535 };

static bool isFree(const PortRange *range);
static bool isAlive(uint64_t process);

uint64_t portsReserve(Call *call, const char *serviceId, const PortRange *range) {
  if (range->first == 0 || range->last > MOST_PORT || range->last < range->first)
    return fail(call, E_INVALIDARG, NULL);
  if (!isFree(range)) return fail(call, E_WIN32_SHARING_VIOLATION, NULL);
  uint64_t number = jsonNumberOf(stateRoot(), "LastReservation") + 1;
  jsonSetNumber(stateRoot(), "LastReservation", number);
  Json *reservation = jsonObject();
  jsonSetNumber(reservation, "Number", number);
  jsonSetNumber(reservation, "Process", GetCurrentProcessId());
  jsonSetText(reservation, "Service", serviceId);
  jsonSetNumber(reservation, "First", range->first);
  jsonSetNumber(reservation, "Last", range->last);
  jsonSetNumber(reservation, "Protocol", range->protocol);
  jsonSetNumber(reservation, "Access", range->access);
  jsonAppend(stateTable("PortReservations"), reservation);
  stateChanged();
  return number;
}

uint64_t portsReserveAny(Call *call, const char *serviceId, uint64_t count, PortRange *range) {
  if (count == 0) return fail(call, E_INVALIDARG, NULL);
  for (uint64_t first = FIRST_DYNAMIC; first + count - 1 <= MOST_PORT; first++) {
    *range = (PortRange){first, first + count - 1, HCN_PORT_PROTOCOL_BOTH, HCN_PORT_ACCESS_EXCLUSIVE};
    if (isFree(range)) return portsReserve(call, serviceId, range);
  }
  return fail(call, E_WIN32_SHARING_VIOLATION, NULL);
}

/** Two that share may have one port. */
static bool isFree(const PortRange *range) {
  Json *reservations = portsAll();
  JSON_EACH(taken, reservations) {
    bool overlaps = jsonNumberOf(taken, "First") <= range->last && range->first <= jsonNumberOf(taken, "Last");
    bool isSameProtocol = (jsonNumberOf(taken, "Protocol") & range->protocol) != 0;
    bool isShared = range->access == HCN_PORT_ACCESS_SHARED && jsonNumberOf(taken, "Access") == HCN_PORT_ACCESS_SHARED;
    if (overlaps && isSameProtocol && !isShared) return false;
  }
  return true;
}

void portsRelease(uint64_t number) {
  Json *reservations = portsAll();
  for (size_t i = reservations->count; i > 0; i--)
    if (jsonNumberOf(reservations->items[i - 1], "Number") == number) jsonRemoveAt(reservations, i - 1);
  stateChanged();
}

void portsForget(const char *serviceId) {
  Json *reservations = portsAll();
  for (size_t i = reservations->count; i > 0; i--)
    if (sameText(jsonTextOf(reservations->items[i - 1], "Service"), serviceId)) jsonRemoveAt(reservations, i - 1);
}

/** A reservation ends with the process that has its handle. */
Json *portsAll(void) {
  Json *reservations = stateTable("PortReservations");
  for (size_t i = reservations->count; i > 0; i--) {
    if (isAlive(jsonNumberOf(reservations->items[i - 1], "Process"))) continue;
    jsonRemoveAt(reservations, i - 1);
    stateChanged();
  }
  return reservations;
}

static bool isAlive(uint64_t process) {
  if (process == GetCurrentProcessId()) return true;
  HANDLE handle = OpenProcess(SYNCHRONIZE, FALSE, (DWORD)process);
  bool hasEnded = handle == NULL || WaitForSingleObject(handle, 0) == WAIT_OBJECT_0;
  if (handle != NULL) CloseHandle(handle);
  return !hasEnded;
}
