import { closeSync, constants, openSync } from "node:fs";
import type { Libc } from "../ffi/libc.ts";

/** asm-generic/fcntl.h: a place in the file system, and nothing of what is there. */
const O_PATH = 0o10000000;
const LONGEST = 64;

/** Of the calling thread, as it is at each look. */
export const OWN_NAMESPACE = "/proc/thread-self/ns/net";

/** The namespace in which this thread is while it visits no other. */
export interface Home {
  readonly fd: number;
  /** Whether this thread is at home now: others may have moved it. */
  isHere(): boolean;
  close(): void;
}

/** Where the calling thread is now. */
export function openHome(libc: Libc): Home {
  const link = openSync(OWN_NAMESPACE, O_PATH | constants.O_NOFOLLOW);
  try {
    return new OpenHome(libc, link, openSync(OWN_NAMESPACE, "r"));
  } catch (error) {
    closeSync(link);
    throw error;
  }
}

/** Through the link held open the kernel is asked in one call; looking the path up each time takes many times as long. */
class OpenHome implements Home {
  readonly fd: number;
  readonly #libc: Libc;
  readonly #link: number;
  readonly #name: Buffer;
  readonly #buffer = Buffer.alloc(LONGEST);
  #closed = false;

  constructor(libc: Libc, link: number, fd: number) {
    this.#libc = libc;
    this.#link = link;
    this.fd = fd;
    this.#name = Buffer.from(this.#read());
  }

  /** No other namespace gets its number for as long as it is open here. */
  isHere(): boolean {
    return !this.#closed && this.#name.length > 0 && this.#name.equals(this.#read());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#link);
    closeSync(this.fd);
  }

  /** "net:[4026531840]"; nothing where the kernel does not tell. */
  #read(): Buffer {
    const length = this.#libc.readlinkat(this.#link, "", this.#buffer, LONGEST);
    return this.#buffer.subarray(0, Math.max(0, length));
  }
}
