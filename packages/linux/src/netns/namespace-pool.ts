import { fstatSync, statSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { NETLINK_ROUTE } from "../netlink/constants.ts";
import { type NetlinkSocket, openNetlinkSocket } from "../netlink/socket.ts";
import type { Namespace } from "./namespace.ts";
import { openNamespace } from "./open-namespace.ts";

/** A namespace that is open for as long as somebody uses it, and some time longer. */
export interface NamespaceHandle {
  readonly namespace: Namespace;
  /** Opened when first asked for. */
  route(): NetlinkSocket;
}

/** Open namespaces by path, with their sockets. Few descriptors however many sandboxes there are. */
export interface NamespacePool {
  readonly host: NamespaceHandle;
  /**
   * Works in the namespace that is at the path now (absent: the host's); an older one that was there is never used.
   * Throws CnmError `not-found` or `invalid`, as `openNamespace` does.
   */
  use<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T>;
  /** The same; where there is no namespace (any more), nothing is done. */
  useIfThere<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T | undefined>;
  /** Closes it, at the latest when its last user is done: open descriptors keep a deleted namespace alive. */
  forget(path: string): Promise<void>;
  close(): Promise<void>;
}

/** `idle`: so many namespaces without users stay open, two descriptors each. The host's namespace is closed with the pool. */
export function openNamespacePool(libc: Libc, host: Namespace, idle = 64): NamespacePool {
  return new Pool(libc, host, idle);
}

/** A path without anything, and one with the empty file that is left of a namespace. */
const ABSENT: ReadonlySet<string> = new Set(["no-such-namespace", "not-a-network-namespace"]);

class Pool implements NamespacePool {
  readonly host: Entry;
  readonly #libc: Libc;
  readonly #idle: number;
  /** In the order of use: the first has waited longest. */
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(libc: Libc, host: Namespace, idle: number) {
    this.#libc = libc;
    this.#idle = idle;
    this.host = new Entry(libc, host);
  }

  async use<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return this.#work(path === undefined ? this.host : this.#entry(path), work);
  }

  async useIfThere<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T | undefined> {
    this.#mustBeOpen();
    if (path === undefined) return this.#work(this.host, work);
    let entry: Entry;
    try {
      entry = this.#entry(path);
    } catch (error) {
      if (error instanceof CnmError && ABSENT.has(error.code)) return undefined;
      throw error;
    }
    return this.#work(entry, work);
  }

  async #work<T>(entry: Entry, work: (handle: NamespaceHandle) => Promise<T>): Promise<T> {
    entry.users++;
    try {
      return await work(entry);
    } finally {
      entry.users--;
      await this.#tidy(entry);
    }
  }

  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry !== undefined) await this.#retire(path, entry);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = [...this.#entries].map(([path, entry]) => this.#retire(path, entry));
    await Promise.all([...closing, this.host.close()]);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new CnmError("internal", "pool-closed", "the platform has been closed");
  }

  #entry(path: string): Entry {
    const known = this.#entries.get(path);
    if (known !== undefined) {
      if (known.isAt(path)) {
        this.#entries.delete(path);
        this.#entries.set(path, known);
        return known;
      }
      // Not awaited: whoever still works in the old one does not hold up who comes to the new one.
      void this.#retire(path, known);
    }
    const entry = new Entry(this.#libc, openNamespace(this.#libc, path));
    this.#entries.set(path, entry);
    return entry;
  }

  async #retire(path: string, entry: Entry): Promise<void> {
    this.#entries.delete(path);
    entry.retired = true;
    await this.#tidy(entry);
  }

  async #tidy(entry: Entry): Promise<void> {
    if (entry.retired && entry.users === 0) await entry.close();
    if (this.#entries.size <= this.#idle) return;
    for (const [path, waiting] of this.#entries) {
      if (this.#entries.size <= this.#idle) return;
      if (waiting.users === 0) await this.#retire(path, waiting);
    }
  }
}

class Entry implements NamespaceHandle {
  readonly namespace: Namespace;
  users = 0;
  retired = false;
  readonly #libc: Libc;
  readonly #identity: string;
  #route: NetlinkSocket | undefined;
  #closing: Promise<void> | undefined;

  constructor(libc: Libc, namespace: Namespace) {
    this.#libc = libc;
    this.namespace = namespace;
    this.#identity = identityOf(fstatSync(namespace.fd));
  }

  route(): NetlinkSocket {
    this.#route ??= this.namespace.enter(() => openNetlinkSocket(this.#libc, NETLINK_ROUTE));
    return this.#route;
  }

  /** The kernel gives a number of ours to no other namespace while our descriptor is open. */
  isAt(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && identityOf(found) === this.#identity;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.namespace.close();
    await this.#route?.close();
  }
}

const identityOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string => `${dev}:${ino}`;
