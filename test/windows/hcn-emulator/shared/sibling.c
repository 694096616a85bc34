#include "sibling.h"

#include <wchar.h>

FARPROC siblingFunction(const char *name) {
  static const WCHAR NAME[] = L"computenetwork.dll";
  WCHAR path[MAX_PATH + sizeof NAME / sizeof *NAME];
  HMODULE self;
  DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
  if (!GetModuleHandleExW(flags, (LPCWSTR)(ULONG_PTR)&siblingFunction, &self)) return NULL;
  DWORD length = GetModuleFileNameW(self, path, MAX_PATH);
  while (length > 0 && path[length - 1] != L'\\') length--;
  wcscpy(path + length, NAME);
  HMODULE emulator = LoadLibraryW(path);
  return emulator == NULL ? NULL : GetProcAddress(emulator, name);
}
