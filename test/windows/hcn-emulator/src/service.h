#pragma once
#include "call.h"

/* The service itself: stopped, started, started anew. */

bool serviceIsUp(Call *call);
/** Grows with each stop: a handle of an earlier run is void. */
uint64_t serviceRun(void);
/** Callers lose the service; objects that are not persistent are gone when it comes back. */
void serviceStop(void);
void serviceStart(void);
