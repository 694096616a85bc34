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
 * Deletes links of one namespace. The kernel says that a link is gone after half a millisecond, but keeps whoever asked for
 * another fifteen (it waits for RCU): so a link counts as deleted when the notification comes. What is asked for
 * while all slots wait goes at once with the next free one, as a group: for many links the kernel waits only once.
 */
export interface LinkRemover {
  /** The kernel is not deleting anything for it. */
  readonly idle: boolean;
  /** Links that are not there are no error. Nothing of them is left when it resolves. */
  remove(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export function openLinkRemover(ffi: Ffi, libc: Libc, namespace: Namespace): LinkRemover {
  return new Remover(ffi, libc, namespace);
}

interface Departure {
  readonly name: string;
  readonly index: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

class Remover implements LinkRemover {
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
  #queue: Departure[] = [];

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

  get idle(): boolean {
    return this.#running.size === 0;
  }

  async remove(names: readonly string[]): Promise<void> {
    const [socket] = this.#slots;
    const departures = names.flatMap((name) => {
      const index = socket?.interfaceIndex(name);
      return index === undefined ? [] : [this.#depart(name, index)];
    });
    this.#pump();
    const results = await Promise.allSettled(departures);
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} links could not be deleted`);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#monitor[Symbol.dispose]();
    await Promise.all(this.#slots.map((socket) => socket.close()));
  }

  #depart(name: string, index: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ name, index, resolve, reject });
    });
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const socket = this.#free.pop();
      if (socket === undefined) return;
      const batch = this.#queue;
      this.#queue = [];
      const running = this.#delete(socket, batch).finally(() => {
        this.#running.delete(running);
        this.#free.push(socket);
        this.#pump();
      });
      this.#running.add(running);
    }
  }

  async #delete(socket: NetlinkSocket, batch: readonly Departure[]): Promise<void> {
    for (const departure of batch) this.#leaving.set(departure.index, departure);
    try {
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
