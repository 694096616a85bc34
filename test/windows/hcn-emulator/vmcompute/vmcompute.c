#include <windows.h>

#include "../shared/sibling.h"

/** vmcompute.dll: HNS v1 is part of the emulator beside it. */
HRESULT WINAPI HNSCall(PCWSTR Method, PCWSTR Path, PCWSTR Request, PWSTR *Response) {
  typedef HRESULT(WINAPI * Function)(PCWSTR, PCWSTR, PCWSTR, PWSTR *);
  Function function = (Function)(void *)siblingFunction("CnmEmulatorHNSCall");
  return function == NULL ? HRESULT_FROM_WIN32(ERROR_MOD_NOT_FOUND) : function(Method, Path, Request, Response);
}
