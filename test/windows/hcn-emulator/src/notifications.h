#pragma once
#include <windows.h>

#include <computenetwork.h>

#include "json.h"

/** Tells every callback, on a thread of the emulator. Inside the state. `data` is taken over, and may be NULL. */
void notify(HCN_NOTIFICATIONS type, const char *id, Json *data);

/** As notify, for the callbacks of one object: a network or a guest network service. */
void notifyObject(HCN_NOTIFICATIONS type, const char *id, Json *data);

typedef struct Registration {
  HCN_NOTIFICATION_CALLBACK callback;
  void *context;
  /** Only what concerns this object; empty for all. */
  char object[40];
} Registration;

/** A number that names the registration. Inside the state. */
uint64_t notificationsRegister(const Registration *registration);
void notificationsUnregister(uint64_t number);

/** There may be news: every listening process looks. Inside the state. */
void notificationsWake(void);
