import { closeSync, openSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";

const CLONE_NEWNET = 0x40000000;

/** An open network namespace. Holds one descriptor until closed. */
export interface Namespace {
  /** Where it was opened; undefined for the calling thread's own. */
  readonly path: string | undefined;
  readonly fd: number;
  /**
   * Runs the body inside, on this thread. Sockets made there keep the namespace for life. Nothing asynchronous: only FFI,
   * `*Sync` file calls and spawning processes happen where they are called.
   */
  enter<T>(body: () => T extends PromiseLike<unknown> ? never : T): T extends PromiseLike<unknown> ? never : T;
  close(): void;
}

const OWN = "/proc/thread-self/ns/net";

/** The namespace of the calling thread, as it is now. */
export function currentNamespace(libc: Libc): Namespace {
  return new OpenNamespace(libc, undefined, openSync(OWN, "r"));
}

/** A file that was found to be a network namespace; see `openNamespace`. */
export function namespaceFromDescriptor(libc: Libc, path: string, fd: number): Namespace {
  return new OpenNamespace(libc, path, fd);
}

class OpenNamespace implements Namespace {
  readonly path: string | undefined;
  readonly fd: number;
  readonly #libc: Libc;
  #closed = false;

  constructor(libc: Libc, path: string | undefined, fd: number) {
    this.#libc = libc;
    this.path = path;
    this.fd = fd;
  }

  enter<T>(body: () => T): T {
    if (this.#closed) throw new CnmError("internal", "namespace-closed", `namespace ${this.path} has been closed`);
    const home = openSync(OWN, "r");
    try {
      const entered = this.#libc.setns(this.fd, CLONE_NEWNET);
      if (entered < 0)
        throw new CnmError("internal", "setns", `cannot enter namespace ${this.path}: error ${-entered}`);
      try {
        return body();
      } finally {
        goBack(this.#libc, home);
      }
    } finally {
      closeSync(home);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.fd);
  }
}

/** A thread that stays in a sandbox would do the host's work there: better no process than that. */
export function goBack(libc: Libc, home: number): void {
  if (libc.setns(home, CLONE_NEWNET) < 0) process.abort();
}
