import { CnmError, EndOfTurn } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { NETLINK_ROUTE } from "../netlink/constants.ts";
import { errnoName } from "../netlink/errno.ts";
import { answerBuffer, type NetlinkSocket, openNetlinkSocket } from "../netlink/socket.ts";
import { AF_INET6, AF_PACKET, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_RAW } from "../sockets/constants.ts";
import { type FileIdentity, identityOf } from "./file-identity.ts";
import type { Namespace } from "./namespace.ts";
import { openNamespace } from "./open-namespace.ts";

/** A namespace that is open for as long as somebody uses it, and some time longer. */
export interface NamespaceHandle {
  readonly namespace: Namespace;
  /** Opened when first asked for. */
  route(): NetlinkSocket;
  /** A packet socket that only sends; opened when first asked for, since closing it makes the kernel wait for RCU. */
  packets(): number;
  /** A socket that does nothing but be in IPv6 groups; opened when first asked for. */
  groups(): number;
}

/** Open namespaces by path, with their sockets. Few descriptors however many sandboxes there are. */
export interface NamespacePool {
  readonly host: NamespaceHandle;
  /**
   * Works in the namespace that is at the path now (absent: the host's); an older one that was there is never used.
   * Throws CnmError `not-found` or `invalid`, as `openNamespace` does.
   */
  use<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T>;
  /** The same with several at once, in the order of the paths. */
  useAll<T>(
    paths: readonly (string | undefined)[],
    work: (handles: readonly NamespaceHandle[]) => Promise<T>,
  ): Promise<T>;
  /** As `use` does; where there is no namespace (any more), nothing is done. */
  useIfThere<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T | undefined>;
  /** Closes it, at the latest when its last user is done: open descriptors keep a deleted namespace alive. */
  forget(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface NamespacePoolOptions {
  /** See `openNetlinkSocket`. */
  readonly isCalm?: () => boolean;
  /** So many namespaces without users stay open, six descriptors each at most. Default: 64. */
  readonly idle?: number;
  readonly end?: EndOfTurn;
}

/** The host's namespace is closed with the pool. */
export function openNamespacePool(libc: Libc, host: Namespace, options: NamespacePoolOptions = {}): NamespacePool {
  return new Pool(libc, host, options);
}

/** A path without anything, and one with the empty file that is left of a namespace. */
const ABSENT: ReadonlySet<string> = new Set(["no-such-namespace", "not-a-network-namespace"]);

class Pool implements NamespacePool {
  readonly host: Entry;
  readonly #libc: Libc;
  readonly #idle: number;
  readonly #end: EndOfTurn;
  readonly #sockets: SocketParts;
  readonly #entries = new Map<string, Entry>();
  /** Those without users, and their paths: the first has waited longest. */
  readonly #resting = new Map<Entry, string>();
  /** Found at their paths in this turn of the event loop: not looked up again at each step of one change. */
  readonly #current = new Set<Entry>();
  /** Nobody waits for these: the kernel takes ten milliseconds and more to close a packet socket. */
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  constructor(
    libc: Libc,
    host: Namespace,
    { idle = 64, isCalm = () => false, end = new EndOfTurn() }: NamespacePoolOptions,
  ) {
    this.#libc = libc;
    this.#idle = idle;
    this.#end = end;
    this.#sockets = { isCalm, answers: answerBuffer() };
    this.host = new Entry(libc, host, this.#sockets);
  }

  async use<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T> {
    const entry = this.#enter(path);
    try {
      return await work(entry);
    } finally {
      const closing = this.#leave(path, entry);
      if (closing !== undefined) await closing;
    }
  }

  async useAll<T>(
    paths: readonly (string | undefined)[],
    work: (handles: readonly NamespaceHandle[]) => Promise<T>,
  ): Promise<T> {
    const entries: Entry[] = [];
    try {
      for (const path of paths) entries.push(this.#enter(path));
      return await work(entries);
    } finally {
      for (const [at, entry] of entries.entries()) await this.#leave(paths[at], entry);
    }
  }

  async useIfThere<T>(path: string | undefined, work: (handle: NamespaceHandle) => Promise<T>): Promise<T | undefined> {
    let entry: Entry;
    try {
      entry = this.#enter(path);
    } catch (error) {
      if (error instanceof CnmError && ABSENT.has(error.code)) return undefined;
      throw error;
    }
    try {
      return await work(entry);
    } finally {
      const closing = this.#leave(path, entry);
      if (closing !== undefined) await closing;
    }
  }

  #enter(path: string | undefined): Entry {
    this.#mustBeOpen();
    const entry = path === undefined ? this.host : this.#entry(path);
    entry.users++;
    this.#resting.delete(entry);
    return entry;
  }

  /** A promise where there is something to wait for. */
  #leave(path: string | undefined, entry: Entry): Promise<void> | undefined {
    entry.users--;
    if (path === undefined || entry.users > 0) return undefined;
    if (entry.retired) return entry.close();
    this.#rest(path, entry);
    return undefined;
  }

  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry !== undefined) await this.#retire(path, entry);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = [...this.#entries].map(([path, entry]) => this.#retire(path, entry));
    await Promise.all([...closing, ...this.#closing, this.host.close()]);
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new CnmError("internal", "pool-closed", "the platform has been closed");
  }

  #entry(path: string): Entry {
    const known = this.#entries.get(path);
    if (known !== undefined) {
      if (this.#isCurrent(known, path)) return known;
      // Not awaited: whoever still works in the old one does not hold up who comes to the new one.
      void this.#retire(path, known);
    }
    const entry = new Entry(this.#libc, openNamespace(this.#libc, path, this.host.namespace.home), this.#sockets);
    this.#entries.set(path, entry);
    return entry;
  }

  #isCurrent(entry: Entry, path: string): boolean {
    if (this.#current.has(entry)) return true;
    if (!entry.isAt(path)) return false;
    if (this.#current.size === 0) this.#end.later(() => this.#current.clear());
    this.#current.add(entry);
    return true;
  }

  async #retire(path: string, entry: Entry): Promise<void> {
    this.#entries.delete(path);
    this.#current.delete(entry);
    this.#resting.delete(entry);
    entry.retired = true;
    if (entry.users === 0) await entry.close();
  }

  #rest(path: string, entry: Entry): void {
    this.#resting.set(entry, path);
    const [oldest] = this.#resting;
    if (this.#resting.size <= this.#idle || oldest === undefined) return;
    const closing = this.#retire(oldest[1], oldest[0]);
    this.#closing.add(closing);
    // A failure stays here, and is told when the pool closes.
    closing.then(() => this.#closing.delete(closing)).catch(() => undefined);
  }
}

/** What all sockets have in common. */
interface SocketParts {
  readonly isCalm: () => boolean;
  readonly answers: Uint8Array;
}

class Entry implements NamespaceHandle {
  readonly namespace: Namespace;
  users = 0;
  retired = false;
  readonly #libc: Libc;
  readonly #sockets: SocketParts;
  readonly #identity: FileIdentity;
  #route: NetlinkSocket | undefined;
  #packets: number | undefined;
  #groups: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(libc: Libc, namespace: Namespace, sockets: SocketParts) {
    this.#libc = libc;
    this.#sockets = sockets;
    this.namespace = namespace;
    this.#identity = identityOf(libc, namespace.fd);
  }

  route(): NetlinkSocket {
    const { isCalm, answers } = this.#sockets;
    this.#route ??= this.namespace.enter(() => openNetlinkSocket(this.#libc, NETLINK_ROUTE, isCalm, answers));
    return this.#route;
  }

  packets(): number {
    this.#packets ??= this.namespace.enter(() => this.#libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    if (this.#packets >= 0) return this.#packets;
    const error = errnoName(-this.#packets);
    this.#packets = undefined;
    throw new CnmError("unsupported", "packet-socket", `no packet socket in ${this.namespace.path}: ${error}`);
  }

  groups(): number {
    this.#groups ??= this.namespace.enter(() => this.#libc.socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (this.#groups >= 0) return this.#groups;
    const error = errnoName(-this.#groups);
    this.#groups = undefined;
    throw new CnmError("unsupported", "ipv6-socket", `no IPv6 socket in ${this.namespace.path}: ${error}`);
  }

  /** The kernel gives a number of ours to no other namespace while our descriptor is open. */
  isAt(path: string): boolean {
    return this.#identity.isThatOf(path);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    this.namespace.close();
    await this.#route?.close();
    if (this.#groups !== undefined) this.#libc.close(this.#groups);
    // Ten milliseconds and more: not on this thread.
    if (this.#packets !== undefined) await this.#libc.close.async(this.#packets);
  }
}
