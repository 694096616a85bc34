/** advapi32.dll and kernel32.dll, as far as the access to a pipe needs them. BOOL: 0 for failure; the others give an error number. */
export const ADVAPI32 = {
  SetSecurityInfo: {
    args: ["HANDLE", "SE_OBJECT_TYPE", "DWORD", "PSID", "PSID", "PACL", "PACL"],
    returns: "DWORD",
  },
  GetSecurityInfo: {
    args: ["HANDLE", "SE_OBJECT_TYPE", "DWORD", "PSID*", "PSID*", "PACL*", "PACL*", "PSECURITY_DESCRIPTOR*"],
    returns: "DWORD",
  },
  ConvertStringSecurityDescriptorToSecurityDescriptorW: {
    args: ["PCWSTR", "DWORD", "PSECURITY_DESCRIPTOR*", "ULONG*"],
    returns: "BOOL",
  },
  ConvertSecurityDescriptorToStringSecurityDescriptorW: {
    args: ["PSECURITY_DESCRIPTOR", "DWORD", "DWORD", "LPWSTR*", "ULONG*"],
    returns: "BOOL",
  },
  GetSecurityDescriptorDacl: { args: ["PSECURITY_DESCRIPTOR", "BOOL*", "PACL*", "BOOL*"], returns: "BOOL" },
} as const;

export const KERNEL32 = {
  CreateFileW: { args: ["PCWSTR", "DWORD", "DWORD", "void*", "DWORD", "DWORD", "HANDLE"], returns: "HANDLE" },
  CloseHandle: { args: ["HANDLE"], returns: "BOOL" },
  LocalFree: { args: ["HANDLE"], returns: "HANDLE" },
  GetLastError: { args: [], returns: "DWORD" },
} as const;
