#pragma once
#include <windows.h>

#include "guid.h"
#include "json.h"

typedef enum HandleKind {
  HANDLE_NETWORK,
  HANDLE_ENDPOINT,
  HANDLE_NAMESPACE,
  HANDLE_LOADBALANCER,
  HANDLE_SDNROUTE,
  HANDLE_GUESTNETWORKSERVICE,
  HANDLE_CALLBACK,
  HANDLE_PORTS,
  HANDLE_KINDS
} HandleKind;

typedef struct HandleEntry {
  HandleKind kind;
  /** Which opening this is: a handle that was closed does not become another's. 0: free. */
  ULONG_PTR serial;
  /** The run of the service in which it was opened. */
  uint64_t run;
  char id[GUID_TEXT];
  /** Of a callback or a reservation. */
  uint64_t number;
} HandleEntry;

/* All inside the state. */

/** A handle, or NULL when there are too many. */
void *handleOpen(HandleEntry entry);
/** NULL unless it is an open handle of this kind. */
HandleEntry *handleFind(void *handle, HandleKind kind);
void handleClose(HandleEntry *entry);
/** How many are open, a field a kind. */
Json *handlesCount(void);
