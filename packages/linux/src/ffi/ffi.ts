/**
 * The port through which everything native is called. Two implementations (koffi, ffi-rs) pass one conformance suite;
 * nothing outside this folder knows which one it is.
 */
export interface Ffi {
  readonly name: "koffi" | "ffi-rs";
  /** Opens a library and binds the functions of a signature table. Throws CnmError `unsupported` naming what is missing. */
  bind<T extends SignatureTable>(library: string, signatures: T): Bound<T>;
  /**
   * Calls back whenever the descriptor is readable, on the JS thread, until disposed. Keeps the event loop alive only
   * while `ref` is true. The descriptor stays the caller's to close, after disposal.
   */
  watchReadable(fd: number, ref: boolean, onReadable: () => void): Disposable;
  /** Whether {@link watchReadable} can watch a descriptor of epoll, which is readable when one of many others is. */
  readonly watchesEpoll: boolean;
}

/**
 * `i32`…`u64`, `isize`, `usize`: numbers; 64-bit results outside the safe range come as bigint.
 * `buffer`: the address of a Uint8Array's bytes, which the callee may read and write. `cstring`: a NUL-terminated copy.
 */
export type ArgumentType = "i32" | "u32" | "i64" | "u64" | "isize" | "usize" | "buffer" | "cstring";
export type ResultType = "void" | "i32" | "u32" | "i64" | "u64" | "isize";

export interface Signature {
  /** The function's own name in the library; absent: the name under which it is bound. */
  readonly symbol?: string;
  readonly args: readonly ArgumentType[];
  readonly returns: ResultType;
  /** The C convention "-1 and errno". The bound function returns the kernel's convention instead: `-errno`. */
  readonly errno?: boolean;
}

export type SignatureTable = Readonly<Record<string, Signature>>;

type Argument<T extends ArgumentType> = T extends "buffer"
  ? Uint8Array | null
  : T extends "cstring"
    ? string
    : number | bigint;

type Arguments<A extends readonly ArgumentType[]> = { -readonly [I in keyof A]: Argument<A[I]> };

type Result<S extends Signature> = S["returns"] extends "void"
  ? undefined
  : S["returns"] extends "i64" | "u64"
    ? number | bigint
    : number;

export interface BoundFunction<S extends Signature> {
  /** On the JS thread. */
  (...args: Arguments<S["args"]>): Result<S>;
  /** On a thread of libuv's pool, which has four: never for calls that may block for long. Buffers are kept alive. */
  async(...args: Arguments<S["args"]>): Promise<Result<S>>;
}

export type Bound<T extends SignatureTable> = { readonly [K in keyof T]: BoundFunction<T[K]> };
