import { createRequire } from "node:module";
import { CnmError } from "@cnm/core";
import type { ArgumentType, Bound, Ffi, ResultType, Signature, SignatureTable } from "./ffi.ts";
import { Slots } from "./slots.ts";

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string | null): KoffiLibrary;
  errno(): number;
  readonly node: {
    poll(
      fd: number,
      options: { readonly readable: boolean },
      callback: (status: number, events: unknown) => void,
    ): KoffiPoll;
  };
}

interface KoffiLibrary {
  func(name: string, result: string, args: readonly string[]): KoffiFunction;
}

interface KoffiFunction {
  (...args: readonly unknown[]): number | bigint | undefined;
  async(...args: readonly unknown[]): void;
}

interface KoffiPoll {
  ref(): void;
  unref(): void;
  close(): void;
}

const ARGUMENTS: Readonly<Record<ArgumentType, string>> = {
  i32: "int32_t",
  u32: "uint32_t",
  i64: "int64_t",
  u64: "uint64_t",
  isize: "intptr_t",
  usize: "size_t",
  buffer: "void *",
  cstring: "str",
};

const RESULTS: Readonly<Record<ResultType, string>> = {
  void: "void",
  i32: "int32_t",
  u32: "uint32_t",
  i64: "int64_t",
  u64: "uint64_t",
  isize: "intptr_t",
};

/** koffi refuses calls beyond 256 that are under way; libuv's pool works on four of them, unless told otherwise. */
const ASYNC_CALLS = 32;

/** The FFI port over koffi: 0.1 to 0.6 µs a call. */
export function koffiFfi(): Ffi {
  const koffi = createRequire(import.meta.url)("koffi") as Koffi;
  const threads = new Slots(ASYNC_CALLS);
  return {
    name: "koffi",

    bind<T extends SignatureTable>(library: string, signatures: T): Bound<T> {
      const loaded = load(koffi, library);
      const bound = Object.entries(signatures).map(([name, signature]) => [
        name,
        bindOne(koffi, threads, loaded, name, signature),
      ]);
      return Object.fromEntries(bound) as Bound<T>;
    },

    watchReadable(fd, ref, onReadable) {
      const watch = koffi.node.poll(fd, { readable: true }, () => onReadable());
      if (!ref) watch.unref();
      // koffi's handle is collected when nothing refers to it, and polling stops without a word: the closure keeps it.
      return { [Symbol.dispose]: () => watch.close() };
    },
    watchesEpoll: true,
  };
}

function load(koffi: Koffi, library: string): KoffiLibrary {
  try {
    return koffi.load(library);
  } catch (cause) {
    throw new CnmError("unsupported", "library-missing", `cannot load ${library}`, { cause });
  }
}

function bindOne(koffi: Koffi, threads: Slots, library: KoffiLibrary, name: string, signature: Signature): unknown {
  const raw = declare(library, name, signature);
  const failed = failureOf(signature);
  const call = (...args: readonly unknown[]): number | bigint | undefined => {
    const result = raw(...args);
    // Any system call of Node's overwrites errno: it is read before anything else happens.
    return failed(result) ? -koffi.errno() : result;
  };
  return Object.assign(call, {
    async: (...args: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        threads.take(() => {
          raw.async(...args, (error: unknown, result: number | bigint | undefined) => {
            const value = failed(result) ? -koffi.errno() : result;
            threads.give();
            // `args` is named here so that its buffers live until the call has ended.
            if (error === null || error === undefined) resolve(value);
            else reject(new CnmError("internal", "ffi", `${name}(${args.length} arguments) failed`, { cause: error }));
          });
        });
      }),
  });
}

function declare(library: KoffiLibrary, name: string, signature: Signature): KoffiFunction {
  try {
    const args = signature.args.map((type) => ARGUMENTS[type]);
    return library.func(signature.symbol ?? name, RESULTS[signature.returns], args);
  } catch (cause) {
    throw new CnmError("unsupported", "function-missing", `the C library has no function ${name}`, { cause });
  }
}

const failureOf = (signature: Signature): ((result: unknown) => boolean) =>
  signature.errno === true ? (result) => result === -1 : () => false;
