import { closeSync, constants, openSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { type Home, OWN_NAMESPACE, openHome } from "./home.ts";

const CLONE_NEWNET = 0x40000000;

/**
 * An open network namespace. Holds one descriptor until closed, the calling thread's own two; and one for each family whose
 * settings have been asked for.
 */
export interface Namespace {
  /** Where it was opened; undefined for the calling thread's own. */
  readonly path: string | undefined;
  readonly fd: number;
  /** Of the thread that visits it; undefined: looked up at each visit. */
  readonly home: Home | undefined;
  /**
   * Runs the body inside, on this thread. Sockets made there keep the namespace for life. Nothing asynchronous: only FFI,
   * `*Sync` file calls and spawning processes happen where they are called.
   */
  enter<T>(body: () => T extends PromiseLike<unknown> ? never : T): T extends PromiseLike<unknown> ? never : T;
  /**
   * The open folder of its settings, /proc/sys/net/ipv4 or ipv6. Finding that takes the kernel the longer the more namespaces
   * there are (0.3 ms among a thousand), and finding what is in it does not. Throws ENOENT if the kernel lacks the family.
   */
  settings(family: "ipv4" | "ipv6"): number;
  close(): void;
}

/** The namespace of the calling thread, as it is now. */
export function currentNamespace(libc: Libc): Namespace {
  const home = openHome(libc);
  return new OpenNamespace(libc, undefined, home.fd, home, () => home.close());
}

/** A file that was found to be a network namespace; see `openNamespace`. */
export function namespaceFromDescriptor(libc: Libc, path: string, fd: number, home?: Home): Namespace {
  return new OpenNamespace(libc, path, fd, home, () => closeSync(fd));
}

class OpenNamespace implements Namespace {
  readonly path: string | undefined;
  readonly fd: number;
  readonly home: Home | undefined;
  readonly #libc: Libc;
  readonly #close: () => void;
  readonly #settings = new Map<"ipv4" | "ipv6", number>();
  #closed = false;

  constructor(libc: Libc, path: string | undefined, fd: number, home: Home | undefined, close: () => void) {
    this.#libc = libc;
    this.path = path;
    this.fd = fd;
    this.home = home;
    this.#close = close;
  }

  enter<T>(body: () => T): T {
    if (this.#closed) throw new CnmError("internal", "namespace-closed", `namespace ${this.path} has been closed`);
    const { home } = this;
    if (home?.isHere() !== true) return this.#enterFromElsewhere(body);
    return home.fd === this.fd ? body() : this.#visit(home.fd, body);
  }

  settings(family: "ipv4" | "ipv6"): number {
    const open = this.#settings.get(family);
    if (open !== undefined) return open;
    const fd = this.enter(() => openSync(`/proc/sys/net/${family}`, constants.O_RDONLY | constants.O_DIRECTORY));
    this.#settings.set(family, fd);
    return fd;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const fd of this.#settings.values()) closeSync(fd);
    this.#close();
  }

  /** Whoever moved this thread finds it where it was. */
  #enterFromElsewhere<T>(body: () => T): T {
    const before = openSync(OWN_NAMESPACE, "r");
    try {
      return this.#visit(before, body);
    } finally {
      closeSync(before);
    }
  }

  #visit<T>(back: number, body: () => T): T {
    const entered = this.#libc.setns(this.fd, CLONE_NEWNET);
    if (entered < 0) throw new CnmError("internal", "setns", `cannot enter namespace ${this.path}: error ${-entered}`);
    try {
      return body();
    } finally {
      goBack(this.#libc, back);
    }
  }
}

/** A thread that stays in a sandbox would do the host's work there: better no process than that. */
export function goBack(libc: Libc, home: number): void {
  if (libc.setns(home, CLONE_NEWNET) < 0) process.abort();
}
