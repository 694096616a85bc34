#pragma once
#include <windows.h>

/** Text from CoTaskMemAlloc, for the caller to free with CoTaskMemFree. Counted until then. */
PWSTR giveText(const char *text);

/** Strings that were given and not freed yet. */
long liveStrings(void);
