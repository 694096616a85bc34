import { randomInt } from "node:crypto";
import { CnmError } from "@cnm/core";
import type { Ffi } from "../../ffi/ffi.ts";
import type { Libc } from "../../ffi/libc.ts";
import { AF_UNSPEC, NETLINK_ROUTE } from "../../netlink/constants.ts";
import { type MonitorListener, openMonitor } from "../../netlink/monitor.ts";
import { type NetlinkSocket, openNetlinkSocket } from "../../netlink/socket.ts";
import type { Namespace } from "../../netns/namespace.ts";
import { RTM_DELLINK, RTNLGRP_LINK } from "../../route/constants.ts";
import { deleteLink, deleteLinkGroup } from "../../route/link/delete-link.ts";
import { setLink } from "../../route/link/set-link.ts";

const ENODEV = 19;
/** Of the pool's four threads, so many may wait for the kernel at a time. */
const SLOTS = 2;

/**
 * Deletes links. The kernel says that a link is gone after half a millisecond, but keeps whoever asked for
 * another fifteen (it waits for RCU): so a link counts as deleted when the notification comes. What is asked for
 * while all slots wait goes at once with the next free one, as a group: for many links of a namespace the kernel waits only once.
 */
export interface LinkRemover {
  /** The kernel is not deleting anything for it. */
  readonly idle: boolean;
  /** Links that are not there are no error. Nothing of them is left when it resolves. `elsewhere`: not in the host's namespace. */
  remove(names: readonly string[], elsewhere?: Elsewhere): Promise<void>;
  /** Closes what is open in a namespace that goes, by its path. */
  forget(path: string): Promise<void>;
  close(): Promise<void>;
}

export interface Elsewhere {
  readonly path: string;
  readonly namespace: Namespace;
}

export function openLinkRemover(ffi: Ffi, libc: Libc, host: Namespace): LinkRemover {
  return new Remover(ffi, libc, host);
}

interface Departure {
  readonly place: Place;
  readonly name: string;
  readonly index: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

class Remover implements LinkRemover {
  readonly #ffi: Ffi;
  readonly #libc: Libc;
  readonly #host: Place;
  readonly #others = new Map<string, Place>();
  readonly #running = new Set<Promise<void>>();
  #queue: Departure[] = [];

  constructor(ffi: Ffi, libc: Libc, host: Namespace) {
    this.#ffi = ffi;
    this.#libc = libc;
    this.#host = new Place(ffi, libc, host);
  }

  get idle(): boolean {
    return this.#running.size === 0;
  }

  async remove(names: readonly string[], elsewhere?: Elsewhere): Promise<void> {
    const place = elsewhere === undefined ? this.#host : this.#place(elsewhere);
    const departures = names.flatMap((name) => {
      const index = place.interfaceIndex(name);
      return index === undefined ? [] : [this.#depart(place, name, index)];
    });
    this.#pump();
    const results = await Promise.allSettled(departures);
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} links could not be deleted`);
  }

  async forget(path: string): Promise<void> {
    const place = this.#others.get(path);
    this.#others.delete(path);
    await place?.close();
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    await Promise.all([this.#host, ...this.#others.values()].map((place) => place.close()));
  }

  #place({ path, namespace }: Elsewhere): Place {
    const place = this.#others.get(path) ?? new Place(this.#ffi, this.#libc, namespace);
    this.#others.set(path, place);
    return place;
  }

  #depart(place: Place, name: string, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ place, name, index, resolve, reject });
    });
  }

  #pump(): void {
    while (this.#running.size < SLOTS) {
      const [first] = this.#queue;
      if (first === undefined) return;
      const batch = this.#queue.filter(({ place }) => place === first.place);
      this.#queue = this.#queue.filter(({ place }) => place !== first.place);
      const running = first.place.delete(batch).finally(() => {
        this.#running.delete(running);
        this.#pump();
      });
      this.#running.add(running);
    }
  }
}

/** A namespace, and those who leave it. */
class Place {
  readonly #slots: readonly NetlinkSocket[];
  readonly #free: NetlinkSocket[];
  readonly #monitor: Disposable;
  readonly #leaving = new Map<number, Departure>();
  readonly #running = new Set<Promise<void>>();
  readonly #departures: MonitorListener = {
    // A bridge tells of ports that leave it in the same words, as another family.
    onMessage: ({ payload }) => {
      if (this.#leaving.size > 0 && payload[0] === AF_UNSPEC) this.#gone(linkIndexOf(payload));
    },
    // The acknowledgements come all the same, only later.
    onOverrun: () => undefined,
  };

  constructor(ffi: Ffi, libc: Libc, namespace: Namespace) {
    const opened = namespace.enter(() => ({
      slots: Array.from({ length: SLOTS }, () => openNetlinkSocket(libc, NETLINK_ROUTE)),
      // Links are made and changed far more often than deleted: none of that wakes this process.
      monitor: openMonitor(ffi, libc, NETLINK_ROUTE, [RTNLGRP_LINK], this.#departures, { only: [RTM_DELLINK] }),
    }));
    this.#slots = opened.slots;
    this.#free = [...opened.slots];
    this.#monitor = opened.monitor;
  }

  interfaceIndex(name: string): number | undefined {
    return this.#slots[0]?.interfaceIndex(name);
  }

  delete(batch: readonly Departure[]): Promise<void> {
    const running = this.#delete(batch).finally(() => this.#running.delete(running));
    this.#running.add(running);
    return running;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#monitor[Symbol.dispose]();
    await Promise.all(this.#slots.map((socket) => socket.close()));
  }

  async #delete(batch: readonly Departure[]): Promise<void> {
    for (const departure of batch) this.#leaving.set(departure.index, departure);
    const socket = this.#free.pop();
    try {
      if (socket === undefined) throw new CnmError("internal", "link-removal", "more is being deleted than may be");
      const outcomes = await socket.execute(requestsFor(batch.map(({ name }) => name)));
      const failure = outcomes.find((outcome) => outcome !== undefined && outcome.errno !== ENODEV);
      for (const departure of batch) {
        if (failure === undefined || socket.interfaceIndex(departure.name) !== departure.index) departure.resolve();
        else departure.reject(failure);
      }
    } catch (cause) {
      const words = batch.map(({ name }) => name).join(", ");
      const error = new CnmError("internal", "link-removal", `cannot delete ${words}`, { cause });
      for (const departure of batch) departure.reject(error);
    } finally {
      if (socket !== undefined) this.#free.push(socket);
      for (const { index } of batch) this.#leaving.delete(index);
    }
  }

  #gone(index: number): void {
    this.#leaving.get(index)?.resolve();
    this.#leaving.delete(index);
  }
}

function requestsFor(names: readonly string[]) {
  const [only] = names;
  if (only !== undefined && names.length === 1) return [deleteLink(only)];
  // Out of the way of groups that people give links, which are small numbers.
  const group = randomInt(1 << 30, 2 ** 31 - 1);
  return [...names.map((name) => setLink(name, { group })), deleteLinkGroup(group)];
}

/** struct ifinfomsg: family, type, index. */
const linkIndexOf = (payload: Uint8Array): number =>
  payload.length < 8 ? 0 : new DataView(payload.buffer, payload.byteOffset).getInt32(4, true);
