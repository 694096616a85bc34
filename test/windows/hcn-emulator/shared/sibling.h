#pragma once
#include <windows.h>

/** A function of the computenetwork.dll that lies in this DLL's folder; NULL when there is none. */
FARPROC siblingFunction(const char *name);
