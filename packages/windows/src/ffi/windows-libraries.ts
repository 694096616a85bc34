import { win32 } from "node:path";
import { COMPUTENETWORK } from "./computenetwork.ts";
import { IPHLPAPI } from "./iphlpapi.ts";
import { type Koffi, type KoffiType, loadKoffi } from "./koffi.ts";
import { type Library, library } from "./library.ts";
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
}

const FEATURE = 'turn on the Windows feature "Containers" or "Hyper-V"';
const WINDOWS = "it is a part of Windows";

/** Windows' libraries by their whole paths, so that nothing beside the program is taken for them. */
export function windowsLibraries(paths: LibraryPaths = {}): WindowsLibraries {
  const koffi = loadKoffi();
  const text = coTaskMemText(koffi);
  const common = { koffi, text };
  const path = (name: keyof LibraryPaths): string => paths[name] ?? systemLibrary(name);
  return {
    koffi,
    computenetwork: library({ ...common, path: path("computenetwork"), table: COMPUTENETWORK, remedy: FEATURE }),
    vmcompute: library({ ...common, path: path("vmcompute"), table: VMCOMPUTE, remedy: FEATURE }),
    iphlpapi: library({ ...common, path: path("iphlpapi"), table: IPHLPAPI, remedy: WINDOWS }),
  };
}

export const systemLibrary = (name: string): string =>
  win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32", `${name}.dll`);

/** A text that a library has allocated for its caller. */
function coTaskMemText(koffi: Koffi): KoffiType {
  const free = koffi.load(systemLibrary("ole32")).func("CoTaskMemFree", "void", ["void *"]);
  return koffi.disposable("str16", free);
}
