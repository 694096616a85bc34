#pragma once
#include <windows.h>

#include "json.h"

enum { DEFAULT_COMPARTMENT = 1 };

/** The namespace gets a compartment of its own: `NamespaceId` and `NamespaceGuid`. It lasts as long as the namespace. */
void compartmentGive(Json *object);

/* For the DLL of the compartment functions. ERROR_NOT_FOUND for what is unknown [INF]. */
DWORD WINAPI CnmEmulatorCompartmentGuid(ULONG id, GUID *guid);
DWORD WINAPI CnmEmulatorCompartmentId(const GUID *guid, ULONG *id);
