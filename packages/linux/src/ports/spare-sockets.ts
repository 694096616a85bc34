import type { EndOfTurn } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { DropFilter } from "../sockets/drop-filter.ts";
import { type HeldSocketKind, openHeldSocket } from "./held-socket.ts";

/**
 * Sockets of the host's namespace that are to hold ports. Entering, opening and setting up takes several times as long as
 * binding; so whoever takes one finds it made, unless it is the first of its kind or the second in one turn of the event loop.
 */
export class SpareSockets {
  readonly #libc: Libc;
  readonly #host: Namespace;
  readonly #filter: DropFilter;
  readonly #end: EndOfTurn;
  readonly #spares = new Map<string, number>();
  #closed = false;

  constructor(libc: Libc, host: Namespace, filter: DropFilter, end: EndOfTurn) {
    this.#libc = libc;
    this.#host = host;
    this.#filter = filter;
    this.#end = end;
  }

  /** A descriptor, which is the caller's from now on; or -errno. */
  take(kind: HeldSocketKind): number {
    const name = nameOf(kind);
    const spare = this.#spares.get(name);
    if (spare === undefined) {
      const opened = this.#open(kind);
      if (opened >= 0) this.#makeLater(name, kind);
      return opened;
    }
    this.#spares.delete(name);
    this.#makeLater(name, kind);
    return spare;
  }

  close(): void {
    this.#closed = true;
    for (const fd of this.#spares.values()) this.#libc.close(fd);
    this.#spares.clear();
  }

  #open(kind: HeldSocketKind): number {
    return this.#host.enter(() => openHeldSocket(this.#libc, this.#filter, kind));
  }

  /** Where it fails, whoever needs the next one hears of it. */
  #makeLater(name: string, kind: HeldSocketKind): void {
    this.#end.later(() => {
      if (this.#closed || this.#spares.has(name)) return;
      const fd = this.#open(kind);
      if (fd >= 0) this.#spares.set(name, fd);
    });
  }
}

const nameOf = ({ protocol, six }: HeldSocketKind): string => (six ? `${protocol}6` : protocol);
