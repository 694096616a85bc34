import { CnmError } from "@cnm/core";
import type { Ffi } from "./ffi.ts";
import { ffiRsFfi } from "./ffi-rs-ffi.ts";
import { koffiFfi } from "./koffi-ffi.ts";

/**
 * The FFI by name; without one, by the environment variable CNM_FFI; without that, koffi.
 * Throws CnmError `invalid` for any other name, `unsupported` when the package is not installed.
 */
export function loadFfi(name: string = process.env["CNM_FFI"] ?? "koffi"): Ffi {
  switch (name) {
    case "koffi":
      return koffiFfi();
    case "ffi-rs":
      return ffiRsFfi();
    default:
      throw new CnmError("invalid", "unknown-ffi", `there is no FFI "${name}": choose koffi or ffi-rs`);
  }
}
