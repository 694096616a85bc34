import { win32 } from "node:path";
import { COMPUTENETWORK } from "./computenetwork.ts";
import { IPHLPAPI } from "./iphlpapi.ts";
import { type Koffi, type KoffiType, loadKoffi } from "./koffi.ts";
import { type Library, library } from "./library.ts";
import { ADVAPI32, KERNEL32 } from "./security.ts";
import { VMCOMPUTE } from "./vmcompute.ts";

/** Other files than Windows' own: for tests, whose libraries stand in for those that Wine lacks. */
export interface LibraryPaths {
  readonly computenetwork?: string;
  readonly vmcompute?: string;
  readonly iphlpapi?: string;
}

export interface WindowsLibraries {
  readonly koffi: Koffi;
  readonly computenetwork: Library<typeof COMPUTENETWORK>;
  readonly vmcompute: Library<typeof VMCOMPUTE>;
  readonly iphlpapi: Library<typeof IPHLPAPI>;
  readonly advapi32: Library<typeof ADVAPI32>;
  readonly kernel32: Library<typeof KERNEL32>;
}

const FEATURE = 'turn on the Windows feature "Containers" or "Hyper-V"';
const WINDOWS = "it is a part of Windows";

/** Windows' libraries by their whole paths, so that nothing beside the program is taken for them. */
export function windowsLibraries(paths: LibraryPaths = {}): WindowsLibraries {
  const koffi = loadKoffi();
  const texts = {
    task: textFreedBy(koffi, "ole32", "CoTaskMemFree"),
    local: textFreedBy(koffi, "kernel32", "LocalFree"),
  };
  const common = { koffi, texts };
  const path = (name: keyof LibraryPaths): string => paths[name] ?? systemLibrary(name);
  return {
    koffi,
    computenetwork: library({ ...common, path: path("computenetwork"), table: COMPUTENETWORK, remedy: FEATURE }),
    vmcompute: library({ ...common, path: path("vmcompute"), table: VMCOMPUTE, remedy: FEATURE }),
    iphlpapi: library({ ...common, path: path("iphlpapi"), table: IPHLPAPI, remedy: WINDOWS }),
    advapi32: library({ ...common, path: systemLibrary("advapi32"), table: ADVAPI32, remedy: WINDOWS }),
    kernel32: library({ ...common, path: systemLibrary("kernel32"), table: KERNEL32, remedy: WINDOWS }),
  };
}

export const systemLibrary = (name: string): string =>
  win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", `${name}.dll`);

/** A text that a library has allocated for its caller. */
function textFreedBy(koffi: Koffi, name: string, free: string): KoffiType {
  return koffi.disposable("str16", koffi.load(systemLibrary(name)).func(free, "void", ["void *"]));
}
