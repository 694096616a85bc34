#pragma once
#include "json.h"

/*
 * What the service knows: tables of documents. In memory, or, with the setting `State`, in a file that every process with
 * the same path shares. All of it is used between stateEnter and stateLeave.
 */

/** Waits for the other callers, then reads what they wrote. */
void stateEnter(void);
/** Writes what changed, wakes the listeners of all processes if there is news, and lets others in. */
void stateLeave(void);
void stateChanged(void);

Json *stateRoot(void);
Json *stateTable(const char *name);

/** A name for a kernel object that the processes with this state share; the caller releases it. NULL without a file. */
char *stateObjectName(const char *suffix);
