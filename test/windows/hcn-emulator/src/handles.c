#include "handles.h"

#include "service.h"

/* A handle is its place in the table and the serial of its opening, with a bit that no pointer to an object has. */
enum { MOST_HANDLES = 1 << 16, PLACE_BITS = 16 };

static HandleEntry entries[MOST_HANDLES];
static ULONG_PTR lastSerial;
static size_t firstFree;

void *handleOpen(HandleEntry entry) {
  for (size_t i = 0; i < MOST_HANDLES; i++) {
    size_t place = (firstFree + i) % MOST_HANDLES;
    if (entries[place].serial != 0) continue;
    firstFree = place + 1;
    entry.serial = ++lastSerial;
    entry.run = serviceRun();
    entries[place] = entry;
    return (void *)((entry.serial << PLACE_BITS | place) << 1 | 1);
  }
  return NULL;
}

HandleEntry *handleFind(void *handle, HandleKind kind) {
  ULONG_PTR bits = (ULONG_PTR)handle;
  HandleEntry *entry = &entries[(bits >> 1) % MOST_HANDLES];
  ULONG_PTR serial = bits >> 1 >> PLACE_BITS;
  bool isGood = (bits & 1) == 1 && serial != 0 && entry->serial == serial && entry->kind == kind;
  return isGood ? entry : NULL;
}

void handleClose(HandleEntry *entry) {
  firstFree = (size_t)(entry - entries);
  entry->serial = 0;
}

Json *handlesCount(void) {
  static const char *const NAMES[HANDLE_KINDS] = {"Network",      "Endpoint", "Namespace",           "LoadBalancer",
                                                  "SdnRoute",     "GuestNetworkService", "Callback", "PortReservation"};
  uint64_t counts[HANDLE_KINDS] = {0};
  for (size_t i = 0; i < MOST_HANDLES; i++)
    if (entries[i].serial != 0) counts[entries[i].kind]++;
  Json *object = jsonObject();
  for (size_t i = 0; i < HANDLE_KINDS; i++) jsonSetNumber(object, NAMES[i], counts[i]);
  return object;
}
