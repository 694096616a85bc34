import { createRequire } from "node:module";
import { CnmError } from "@cnm/core";
import type { ArgumentType, Bound, Ffi, ResultType, Signature, SignatureTable } from "./ffi.ts";
import { signalWatch } from "./signal-watch.ts";

/** The part of ffi-rs that is used here. */
interface FfiRs {
  readonly DataType: Readonly<Record<string, number>>;
  open(library: { readonly library: string; readonly path: string }): void;
  load(call: {
    readonly library: string;
    readonly funcName: string;
    readonly retType: number | undefined;
    readonly paramsType: readonly (number | undefined)[];
    readonly paramsValue: readonly unknown[];
    readonly errno: true;
    readonly runInNewThread: boolean;
  }): Outcome | Promise<Outcome>;
}

interface Outcome {
  readonly value: unknown;
  readonly errnoCode: number;
}

const ARGUMENTS: Readonly<Record<ArgumentType, string>> = {
  i32: "I32",
  u32: "U32",
  i64: "BigInt",
  u64: "BigInt",
  isize: "BigInt",
  usize: "BigInt",
  buffer: "U8Array",
  cstring: "String",
};

/** 64-bit results are asked for as BigInt: as numbers, ffi-rs rounds them. */
const RESULTS: Readonly<Record<ResultType, string>> = {
  void: "Void",
  i32: "I32",
  u32: "U32",
  i64: "BigInt",
  u64: "BigInt",
  isize: "BigInt",
};

/** The FFI port over ffi-rs: 8 to 20 µs a call. */
export function ffiRsFfi(): Ffi {
  const ffiRs = load();
  const ffi: Ffi = {
    name: "ffi-rs",
    bind<T extends SignatureTable>(library: string, signatures: T): Bound<T> {
      try {
        ffiRs.open({ library, path: library });
      } catch (cause) {
        throw new CnmError("unsupported", "library-missing", `cannot load ${library}`, { cause });
      }
      const bound = Object.entries(signatures).map(([name, signature]) => [
        name,
        bindOne(ffiRs, library, name, signature),
      ]);
      return Object.fromEntries(bound) as Bound<T>;
    },
    watchReadable: (fd, ref, onReadable) => signalWatch(ffi, fd, ref, onReadable),
    // The kernel sends no signal for one.
    watchesEpoll: false,
  };
  return ffi;
}

function load(): FfiRs {
  try {
    return createRequire(import.meta.url)("ffi-rs") as FfiRs;
  } catch (cause) {
    throw new CnmError("unsupported", "ffi-missing", "the package ffi-rs is not installed: npm install ffi-rs@1.3.7", {
      cause,
    });
  }
}

function bindOne(ffiRs: FfiRs, library: string, name: string, signature: Signature): unknown {
  const types = {
    retType: ffiRs.DataType[RESULTS[signature.returns]],
    paramsType: signature.args.map((type) => ffiRs.DataType[ARGUMENTS[type]]),
  };
  const invoke = (args: readonly unknown[], runInNewThread: boolean): Outcome | Promise<Outcome> => {
    const paramsValue = args.map((value, at) => argument(signature.args[at], value));
    return ffiRs.load({
      library,
      funcName: signature.symbol ?? name,
      ...types,
      paramsValue,
      errno: true,
      runInNewThread,
    });
  };
  const call = (...args: readonly unknown[]) => result(signature, invoke(args, false) as Outcome);
  return Object.assign(call, {
    async: async (...args: readonly unknown[]) => result(signature, await invoke(args, true)),
  });
}

/** ffi-rs has no null for a buffer; an empty one stands for it, since the callee is told a length of 0 as well. */
function argument(type: ArgumentType | undefined, value: unknown): unknown {
  if (type === "buffer") return value === null ? Buffer.alloc(1) : asBuffer(value as Uint8Array);
  return type === "i32" || type === "u32" || type === "cstring" ? value : BigInt(value as number | bigint);
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function result(signature: Signature, { value, errnoCode }: Outcome): number | bigint | undefined {
  if (signature.returns === "void") return undefined;
  if (typeof value === "number") return signature.errno === true && value === -1 ? -errnoCode : value;
  const wide = signature.returns === "u64" ? BigInt.asUintN(64, value as bigint) : (value as bigint);
  if (signature.errno === true && wide === -1n) return -errnoCode;
  return wide >= Number.MIN_SAFE_INTEGER && wide <= Number.MAX_SAFE_INTEGER ? Number(wide) : wide;
}
