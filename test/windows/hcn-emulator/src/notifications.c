#include "notifications.h"

#include "json-write.h"
#include "memory.h"
#include "state.h"
#include "text.h"

enum { MOST_REGISTRATIONS = 256, MOST_KEPT = 1000 };

typedef struct Slot {
  uint64_t number;
  uint64_t seen;
  Registration registration;
} Slot;

/** One notification on its way to one callback. */
typedef struct Delivery {
  uint64_t number;
  DWORD type;
  PWSTR data;
} Delivery;

static Slot slots[MOST_REGISTRATIONS];
static uint64_t lastNumber;
static HANDLE news;

static void addEvent(HCN_NOTIFICATIONS type, const char *id, Json *data, const char *object);
static Slot *slotOf(uint64_t number);
static void startListening(void);
static DWORD WINAPI dispatch(void *ignored);
static size_t collect(Delivery **deliveries);
static void deliver(const Delivery *delivery);
static bool wake(uint64_t process);
static char *newsName(uint64_t process);

void notify(HCN_NOTIFICATIONS type, const char *id, Json *data) {
  addEvent(type, id, data, "");
}

void notifyObject(HCN_NOTIFICATIONS type, const char *id, Json *data) {
  addEvent(type, id, data, id);
}

/** Kept in the state, where the other processes find it too; the oldest are forgotten. */
static void addEvent(HCN_NOTIFICATIONS type, const char *id, Json *data, const char *object) {
  uint64_t sequence = jsonNumberOf(stateRoot(), "LastEvent") + 1;
  Json *event = jsonObject();
  jsonSetNumber(event, "Sequence", sequence);
  jsonSetNumber(event, "Type", type);
  jsonSetText(event, "Object", object);
  if (id != NULL) {
    Json *base = jsonObject();
    jsonSetText(base, "ID", id);
    jsonSetNumber(base, "Flags", 0);
    jsonSet(base, "Data", data == NULL ? jsonObject() : data);
    jsonSet(event, "Notification", base);
  } else {
    jsonFree(data);
  }
  Json *events = stateTable("Events");
  jsonAppend(events, event);
  if (events->count > MOST_KEPT) jsonRemoveAt(events, 0);
  jsonSetNumber(stateRoot(), "LastEvent", sequence);
  stateChanged();
}

uint64_t notificationsRegister(const Registration *registration) {
  Slot *slot = slotOf(0);
  if (slot == NULL) return 0;
  startListening();
  slot->registration = *registration;
  slot->seen = jsonNumberOf(stateRoot(), "LastEvent");
  slot->number = ++lastNumber;
  return slot->number;
}

/**
 * Does not wait for a callback that runs: it may itself be the caller, or wait for the caller's thread [INF].
 */
void notificationsUnregister(uint64_t number) {
  Slot *slot = slotOf(number);
  if (slot != NULL) slot->number = 0;
}

static Slot *slotOf(uint64_t number) {
  for (size_t i = 0; i < MOST_REGISTRATIONS; i++)
    if (slots[i].number == number) return &slots[i];
  return NULL;
}

static void startListening(void) {
  if (news != NULL) return;
  uint64_t process = GetCurrentProcessId();
  char *name = newsName(process);
  news = CreateEventA(NULL, FALSE, FALSE, name);
  release(name);
  jsonAppend(stateTable("Listeners"), jsonNumber(process));
  stateChanged();
  CloseHandle(CreateThread(NULL, 0, dispatch, NULL, 0, NULL));
}

void notificationsWake(void) {
  if (news != NULL) SetEvent(news);
  Json *listeners = stateTable("Listeners");
  for (size_t i = jsonCount(listeners); i > 0; i--) {
    uint64_t process = 0;
    jsonUnsigned(listeners->items[i - 1], &process);
    // A process that has ended is no listener; the next change writes that down.
    if (process != GetCurrentProcessId() && !wake(process)) jsonRemoveAt(listeners, i - 1);
  }
}

static bool wake(uint64_t process) {
  char *name = newsName(process);
  HANDLE event = name == NULL ? NULL : OpenEventA(EVENT_MODIFY_STATE, FALSE, name);
  release(name);
  if (event == NULL) return false;
  SetEvent(event);
  CloseHandle(event);
  return true;
}

static char *newsName(uint64_t process) {
  char *suffix = formatText("news-%u", (unsigned)process);
  char *name = stateObjectName(suffix);
  release(suffix);
  return name;
}

static DWORD WINAPI dispatch(void *ignored) {
  (void)ignored;
  while (WaitForSingleObject(news, INFINITE) == WAIT_OBJECT_0) {
    stateEnter();
    Delivery *deliveries;
    size_t count = collect(&deliveries);
    stateLeave();
    for (size_t i = 0; i < count; i++) {
      deliver(&deliveries[i]);
      release(deliveries[i].data);
    }
    release(deliveries);
  }
  return 0;
}

static size_t collect(Delivery **deliveries) {
  size_t count = 0;
  *deliveries = NULL;
  JSON_EACH(event, stateTable("Events")) {
    uint64_t sequence = jsonNumberOf(event, "Sequence");
    const char *object = jsonTextOf(event, "Object");
    const Json *notification = jsonGet(event, "Notification");
    for (size_t i = 0; i < MOST_REGISTRATIONS; i++) {
      Slot *slot = &slots[i];
      if (slot->number == 0 || slot->seen >= sequence) continue;
      slot->seen = sequence;
      if (object[0] != '\0' && !sameText(object, slot->registration.object)) continue;
      bool isOthers = slot->registration.object[0] != '\0' && !sameText(jsonTextOf(notification, "ID"), slot->registration.object);
      if (isOthers && jsonNumberOf(event, "Type") != HcnNotificationServiceDisconnect) continue;
      char *text = notification == NULL ? NULL : jsonWrite(notification, JSON_ANY_LETTERS);
      *deliveries = reallocate(*deliveries, (count + 1) * sizeof **deliveries);
      PWSTR data = text == NULL ? NULL : widen(text);
      (*deliveries)[count++] = (Delivery){slot->number, (DWORD)jsonNumberOf(event, "Type"), data};
      release(text);
    }
  }
  return count;
}

static void deliver(const Delivery *delivery) {
  stateEnter();
  Slot *slot = slotOf(delivery->number);
  Registration registration = slot == NULL ? (Registration){0} : slot->registration;
  stateLeave();
  if (slot != NULL) registration.callback(delivery->type, registration.context, S_OK, delivery->data);
}
