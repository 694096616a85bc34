import { CnmError } from "@cnm/core";
import type { Koffi, KoffiFunction, KoffiLibrary, KoffiType } from "./koffi.ts";
import {
  type Back,
  type CResult,
  type CType,
  type Given,
  type Handle,
  isOut,
  koffiTypes,
  RESULTS,
  type TextTypes,
} from "./types.ts";

export interface Signature {
  readonly args: readonly CType[];
  readonly returns: CResult;
}

export type SignatureTable = Readonly<Record<string, Signature>>;

/** An HRESULT or a number, unsigned (0 for VOID), or a handle; and what the arguments brought back. */
export interface Returned<S extends Signature> {
  readonly result: S["returns"] extends "HANDLE" ? Handle : number;
  readonly back: Back<S["args"]>;
}

export interface LibraryFunction<S extends Signature> {
  /** On the calling thread. */
  (...args: Given<S["args"]>): Returned<S>;
  /** On a thread of libuv's pool. What is given is kept alive meanwhile. */
  async(...args: Given<S["args"]>): Promise<Returned<S>>;
}

export interface Library<T extends SignatureTable> {
  readonly path: string;
  /**
   * Throws CnmError `unsupported`: "library-missing" when the library is not on this host, "function-missing" when it is too
   * old for the function. Both name what is missing.
   */
  function<Name extends keyof T & string>(name: Name): LibraryFunction<T[Name]>;
}

export interface LibraryParts<T extends SignatureTable> {
  readonly koffi: Koffi;
  readonly path: string;
  readonly table: T;
  readonly texts: TextTypes;
  /** What to do when the host does not have the library. */
  readonly remedy: string;
}

/** A library whose file is opened, and whose functions are looked up, when they are first asked for. */
export function library<T extends SignatureTable>({ koffi, path, table, texts, remedy }: LibraryParts<T>): Library<T> {
  const typeOf = koffiTypes(koffi, texts);
  const bound = new Map<string, unknown>();
  let loaded: KoffiLibrary | undefined;

  return {
    path,
    function<Name extends keyof T & string>(name: Name) {
      const known = bound.get(name);
      if (known !== undefined) return known as LibraryFunction<T[Name]>;
      const signature = table[name];
      if (signature === undefined) throw new CnmError("internal", "ffi", `${name} is not in the table of ${path}`);
      loaded ??= load(koffi, path, remedy);
      const made = bind(declare(loaded, path, name, signature, typeOf), signature);
      bound.set(name, made);
      return made as LibraryFunction<T[Name]>;
    },
  };
}

function load(koffi: Koffi, path: string, remedy: string): KoffiLibrary {
  try {
    return koffi.load(path);
  } catch (cause) {
    throw new CnmError("unsupported", "library-missing", `cannot load ${path}: ${remedy}`, { cause });
  }
}

function declare(
  loaded: KoffiLibrary,
  path: string,
  name: string,
  { args, returns }: Signature,
  typeOf: (type: CType) => KoffiType,
): KoffiFunction {
  try {
    return loaded.func(name, RESULTS[returns], args.map(typeOf));
  } catch (cause) {
    const message = `${path} has no function ${name}: this version of Windows is too old for it`;
    throw new CnmError("unsupported", "function-missing", message, { cause });
  }
}

function bind(raw: KoffiFunction, { args, returns }: Signature): unknown {
  const outs = args.map(isOut);
  const arrange = (given: readonly unknown[]) => {
    let next = 0;
    return outs.map((out) => (out ? [null] : given[next++]));
  };
  const returned = (result: unknown, arranged: readonly unknown[]) => ({
    result: returns === "HANDLE" ? BigInt(String(result)) : typeof result === "number" ? result >>> 0 : 0,
    back: arranged.flatMap((value, at) => (outs[at] === true && Array.isArray(value) ? [value[0]] : [])),
  });
  const call = (...given: readonly unknown[]) => {
    const arranged = arrange(given);
    return returned(raw(...arranged), arranged);
  };
  return Object.assign(call, {
    async: (...given: readonly unknown[]) =>
      new Promise((resolve, reject) => {
        const arranged = arrange(given);
        raw.async(...arranged, (error: unknown, result: unknown) => {
          // `arranged` is named here so that its buffers live until the call has ended.
          if (error === null || error === undefined) resolve(returned(result, arranged));
          else reject(error);
        });
      }),
  });
}
