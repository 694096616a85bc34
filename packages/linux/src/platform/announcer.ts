import { EndOfTurn } from "@cnm/core";
import { announce, type Send } from "../announce/announce.ts";
import { LastHolders } from "../announce/last-holders.ts";
import { PacedSender } from "../announce/paced-sender.ts";
import type { Libc } from "../ffi/libc.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import type { AddressResource } from "../resources/resource.ts";
import { findInterface } from "../sockets/interface.ts";

/** Announces addresses of plans, beside everything else: an announcement that fails costs neighbours a second, no more. */
export interface Announcer {
  announce(address: AddressResource): void;
  /** Nothing more is said in this namespace, which is about to go. */
  silence(netns: string): void;
  /** Nothing more is said anywhere once it resolves. */
  close(): Promise<void>;
}

export function openAnnouncer(libc: Libc, pool: NamespacePool, end = new EndOfTurn()): Announcer {
  const send = paced(libc);
  const holders = new LastHolders();
  const running = new Set<Running>();
  const begin = async ({ netns, link, address, announce: wish }: AddressResource, signal: AbortSignal) => {
    if (wish === undefined) return;
    await pool.useIfThere(netns, async (handle) => {
      const socket = handle.packets();
      const found = findInterface(libc, socket, link);
      // It is gone by now, and there is nobody to announce.
      if (found === undefined) return;
      const text = address.slice(0, address.indexOf("/"));
      const moved = holders.changes(text, found.mac);
      const announcement = { linkIndex: found.index, mac: found.mac, address: text, moved, ...wish };
      await announce(send, socket, announcement, signal);
    });
  };
  const silence = (where: (netns: string | undefined) => boolean): readonly Promise<void>[] =>
    [...running].flatMap((one) => {
      if (!where(one.netns)) return [];
      one.silenced = true;
      one.begun?.controller.abort();
      if (one.begun === undefined) running.delete(one);
      return one.begun === undefined ? [] : [one.begun.ended];
    });
  return {
    announce(address) {
      const one: Running = { netns: address.netns, silenced: false, begun: undefined };
      running.add(one);
      // Whoever waits for the address goes first.
      end.later(() => {
        if (one.silenced) return;
        const controller = new AbortController();
        const ended = begin(address, controller.signal)
          .catch(() => undefined)
          .finally(() => running.delete(one));
        one.begun = { controller, ended };
      });
    },
    silence(netns) {
      silence((place) => place === netns);
    },
    async close() {
      await Promise.all(silence(() => true));
    },
  };
}

interface Running {
  readonly netns: string | undefined;
  silenced: boolean;
  begun: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;
}

/** On a thread of the pool, and on one only. */
function paced(libc: Libc): Send {
  const sender = new PacedSender({
    now: () => performance.now(),
    later: (milliseconds, body) => void setTimeout(body, milliseconds).unref(),
  });
  return (socket, frame, to, { urgent, signal }) =>
    sender.send(() => libc.sendto.async(socket, frame, frame.length, 0, to, to.length), urgent, signal);
}
