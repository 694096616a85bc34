#include "compartments.h"

#include "guid.h"
#include "kinds.h"
#include "state.h"
#include "text.h"

/** The default compartment's GUID is the emulator's own invention [INF]. */
static const char DEFAULT_GUID[] = "00000000-0000-0000-0000-000000000001";

void compartmentGive(Json *object) {
  uint64_t last = jsonNumberOf(stateRoot(), "LastCompartment");
  uint64_t id = (last == 0 ? DEFAULT_COMPARTMENT : last) + 1;
  char guid[GUID_TEXT];
  guidNew(guid);
  jsonSetNumber(stateRoot(), "LastCompartment", id);
  jsonSetNumber(object, "NamespaceId", id);
  jsonSetText(object, "NamespaceGuid", guid);
}

DWORD WINAPI CnmEmulatorCompartmentGuid(ULONG id, GUID *guid) {
  DWORD result = id == DEFAULT_COMPARTMENT && guidFromText(DEFAULT_GUID, guid) ? NO_ERROR : ERROR_NOT_FOUND;
  stateEnter();
  JSON_EACH(object, stateTable(namespaceKind.table)) {
    bool isMeant = id > DEFAULT_COMPARTMENT && jsonNumberOf(object, "NamespaceId") == id;
    if (isMeant && guidFromText(jsonTextOf(object, "NamespaceGuid"), guid)) result = NO_ERROR;
  }
  stateLeave();
  return result;
}

DWORD WINAPI CnmEmulatorCompartmentId(const GUID *guid, ULONG *id) {
  char text[GUID_TEXT];
  guidToText(guid, text);
  DWORD result = ERROR_NOT_FOUND;
  if (sameText(text, DEFAULT_GUID)) {
    *id = DEFAULT_COMPARTMENT;
    return NO_ERROR;
  }
  stateEnter();
  JSON_EACH(object, stateTable(namespaceKind.table)) {
    if (!sameText(jsonTextOf(object, "NamespaceGuid"), text)) continue;
    *id = (ULONG)jsonNumberOf(object, "NamespaceId");
    result = NO_ERROR;
  }
  stateLeave();
  return result;
}
