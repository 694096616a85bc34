#include "config.h"
#include "exports.h"
#include "faults.h"
#include "handles.h"
#include "json-parse.h"
#include "json-write.h"
#include "memory.h"
#include "notifications.h"
#include "service.h"
#include "state.h"
#include "task-strings.h"
#include "text.h"

static const char *const TABLES[] = {"Networks",  "Endpoints", "Namespaces",           "LoadBalancers",
                                     "SdnRoutes", "GuestNetworkServices", "PortReservations"};

enum { TABLE_COUNT = sizeof TABLES / sizeof *TABLES };

HRESULT WINAPI CnmEmulatorConfigure(PCWSTR settings) {
  if (settings == NULL) return E_INVALIDARG;
  char *text = narrow(settings);
  Json *changes = jsonParse(text);
  release(text);
  bool isGood = changes != NULL && changes->kind == JSON_OBJECT;
  if (isGood) {
    stateEnter();
    configMerge(changes);
    if (jsonGet(changes, "Faults") != NULL) faultsRestart();
    stateLeave();
  }
  jsonFree(changes);
  return isGood ? S_OK : E_INVALIDARG;
}

HRESULT WINAPI CnmEmulatorCounters(PWSTR *counters) {
  if (counters == NULL) return E_POINTER;
  Json *counted = jsonObject();
  jsonSetNumber(counted, "Strings", (uint64_t)liveStrings());
  jsonSet(counted, "Calls", faultsCalls());
  stateEnter();
  jsonSet(counted, "Handles", handlesCount());
  Json *objects = jsonObject();
  for (int i = 0; i < TABLE_COUNT; i++) jsonSetNumber(objects, TABLES[i], jsonCount(stateTable(TABLES[i])));
  jsonSet(counted, "Objects", objects);
  stateLeave();
  // Without those of this answer, which are released before the caller sees it.
  jsonSetNumber(counted, "Blocks", 0);
  Json *copy = jsonClone(counted);
  long before = liveBlocks();
  jsonFree(copy);
  uint64_t own = (uint64_t)(before - liveBlocks());
  jsonSetNumber(counted, "Blocks", (uint64_t)liveBlocks() - own);
  char *text = jsonWrite(counted, JSON_ANY_LETTERS);
  *counters = giveText(text);
  release(text);
  jsonFree(counted);
  return S_OK;
}

HRESULT WINAPI CnmEmulatorStop(void) {
  stateEnter();
  serviceStop();
  stateLeave();
  return S_OK;
}

HRESULT WINAPI CnmEmulatorStart(void) {
  stateEnter();
  serviceStart();
  stateLeave();
  return S_OK;
}

/** No object, no notification on its way; numbers are not given again. */
HRESULT WINAPI CnmEmulatorReset(void) {
  stateEnter();
  for (int i = 0; i < TABLE_COUNT; i++) jsonSet(stateRoot(), TABLES[i], jsonArray());
  jsonSet(stateRoot(), "Events", jsonArray());
  serviceStart();
  stateLeave();
  return S_OK;
}

HRESULT WINAPI CnmEmulatorRelease(void) {
  faultsRelease();
  return S_OK;
}

HRESULT WINAPI CnmEmulatorNotify(DWORD type, PCWSTR id) {
  char *text = id == NULL ? NULL : narrow(id);
  stateEnter();
  notify((HCN_NOTIFICATIONS)type, text, NULL);
  stateLeave();
  release(text);
  return S_OK;
}
