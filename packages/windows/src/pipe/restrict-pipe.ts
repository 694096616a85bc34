import { CnmError } from "@cnm/core";
import type { Handle } from "../ffi/types.ts";
import { type WindowsLibraries, windowsLibraries } from "../ffi/windows-libraries.ts";
import { ADMINISTRATORS_ONLY, daclEntries } from "./sddl.ts";

/** winnt.h, accctrl.h, fileapi.h */
const READ_CONTROL = 0x00020000;
const WRITE_DAC = 0x00040000;
const OPEN_EXISTING = 3;
const INVALID_HANDLE_VALUE = 0xffffffffffffffffn;
const SE_KERNEL_OBJECT = 6;
const DACL_SECURITY_INFORMATION = 0x00000004;
const PROTECTED_DACL_SECURITY_INFORMATION = 0x80000000;
const SDDL_REVISION_1 = 1;

/**
 * Lets only administrators and the system use a pipe that this process listens at, and reads back that it is so. The server
 * sees it as a client that says nothing.
 *
 * A pipe cannot be made with other rights than Windows' default by Node, and the default is a pipe's own, whatever the
 * process's token says: everybody may read. Nobody else may write, so no request is served before this has returned.
 *
 * Throws CnmError `internal` "pipe-access" that names the pipe and the call that failed.
 */
export function restrictPipe(path: string): void {
  const libraries = windowsLibraries();
  const pipe = open(libraries, path);
  try {
    setDacl(libraries, path, pipe);
    const sddl = sddlOf(libraries, path, pipe);
    const found = daclEntries(sddl);
    const wanted = daclEntries(ADMINISTRATORS_ONLY);
    if (String(found) !== String(wanted)) {
      throw failure(path, `its access list is ${sddl}, not ${ADMINISTRATORS_ONLY}`);
    }
  } finally {
    libraries.kernel32.function("CloseHandle")(pipe);
  }
}

function open({ kernel32 }: WindowsLibraries, path: string): Handle {
  const create = kernel32.function("CreateFileW");
  const lastError = kernel32.function("GetLastError");
  const { result } = create(path, READ_CONTROL | WRITE_DAC, 0, null, OPEN_EXISTING, 0, 0n);
  if (result === INVALID_HANDLE_VALUE) throw failure(path, `CreateFileW: Windows error ${lastError().result}`);
  return result;
}

function setDacl({ advapi32, kernel32 }: WindowsLibraries, path: string, pipe: Handle): void {
  const convert = advapi32.function("ConvertStringSecurityDescriptorToSecurityDescriptorW");
  const {
    result: converted,
    back: [descriptor],
  } = convert(ADMINISTRATORS_ONLY, SDDL_REVISION_1);
  if (converted === 0 || descriptor === null) throw failure(path, `Windows does not take ${ADMINISTRATORS_ONLY}`);
  try {
    const {
      back: [, dacl],
    } = advapi32.function("GetSecurityDescriptorDacl")(descriptor);
    // Without one, everybody would be let in.
    if (dacl === null) throw failure(path, `Windows makes nothing of ${ADMINISTRATORS_ONLY}`);
    const what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    const set = advapi32.function("SetSecurityInfo");
    const { result } = set(pipe, SE_KERNEL_OBJECT, what >>> 0, null, null, dacl, null);
    if (result !== 0) throw failure(path, `SetSecurityInfo: Windows error ${result}`);
  } finally {
    kernel32.function("LocalFree")(descriptor);
  }
}

/** The pipe's access list, as text. */
function sddlOf({ advapi32, kernel32 }: WindowsLibraries, path: string, pipe: Handle): string {
  const get = advapi32.function("GetSecurityInfo");
  const {
    result,
    back: [, , , , descriptor],
  } = get(pipe, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION);
  if (result !== 0 || descriptor === null) throw failure(path, `GetSecurityInfo: Windows error ${result}`);
  try {
    const convert = advapi32.function("ConvertSecurityDescriptorToStringSecurityDescriptorW");
    const {
      back: [text],
    } = convert(descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION);
    if (text === null) throw failure(path, "its access list cannot be read");
    return text;
  } finally {
    kernel32.function("LocalFree")(descriptor);
  }
}

const failure = (path: string, why: string): CnmError =>
  new CnmError("internal", "pipe-access", `cannot restrict ${path} to administrators: ${why}`);
