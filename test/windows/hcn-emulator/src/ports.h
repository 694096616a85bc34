#pragma once
#include <windows.h>

#include "call.h"

/** Reservations of ports for guests. Inside the state. */

typedef struct PortRange {
  uint64_t first;
  uint64_t last;
  /** HCN_PORT_PROTOCOL and HCN_PORT_ACCESS. */
  uint64_t protocol;
  uint64_t access;
} PortRange;

/** The number of the reservation, or 0 and the call failed. */
uint64_t portsReserve(Call *call, const char *serviceId, const PortRange *range);
/** As portsReserve, for `count` ports in a row that are free; fills the range. */
uint64_t portsReserveAny(Call *call, const char *serviceId, uint64_t count, PortRange *range);
void portsRelease(uint64_t number);
/** Those of a guest network service that is gone. */
void portsForget(const char *serviceId);
/** All of processes that live. */
Json *portsAll(void);
