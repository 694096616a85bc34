#include "service.h"

#include "hresults.h"
#include "kinds.h"
#include "notifications.h"
#include "objects.h"
#include "state.h"
#include "text.h"

enum { ENABLE_NON_PERSISTENT = 8 };

static void dropNonPersistent(void);

bool serviceIsUp(Call *call) {
  return jsonIsTrue(stateRoot(), "Stopped") ? fail(call, E_WIN32_RPC_UNAVAILABLE, NULL) : true;
}

uint64_t serviceRun(void) {
  return jsonNumberOf(stateRoot(), "Run");
}

void serviceStop(void) {
  if (jsonIsTrue(stateRoot(), "Stopped")) return;
  jsonSet(stateRoot(), "Stopped", jsonBoolean(true));
  jsonSetNumber(stateRoot(), "Run", serviceRun() + 1);
  notify(HcnNotificationServiceDisconnect, NULL, NULL);
  dropNonPersistent();
  stateChanged();
}

void serviceStart(void) {
  jsonSet(stateRoot(), "Stopped", jsonBoolean(false));
  stateChanged();
}

/** NAT networks do not outlive the service (moby #34696), nor do those that asked for it; their endpoints go with them. */
static void dropNonPersistent(void) {
  Json *networks = stateTable(networkKind.table);
  for (size_t i = jsonCount(networks); i > 0; i--) {
    Json *network = networks->items[i - 1];
    bool isNat = sameText(jsonTextOf(network, "Type"), "NAT");
    if (!isNat && (jsonNumberOf(network, "Flags") & ENABLE_NON_PERSISTENT) == 0) continue;
    Call silent = {.function = "service stop"};
    objectRemove(&silent, &networkKind, network);
  }
}
