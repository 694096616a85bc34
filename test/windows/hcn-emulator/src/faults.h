#pragma once
#include "call.h"

/* Faults that the setting `Faults` asks for: README.md. */

void faultsBefore(Call *call);
void faultsAfter(Call *call);
/** The calls of each function are counted from 1 again. */
void faultsRestart(void);
/** Lets go what hangs, and what will. */
void faultsRelease(void);
/** How often each function was called, a field a function. */
Json *faultsCalls(void);
