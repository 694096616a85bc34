import { announce, type Send } from "../announce/announce.ts";
import type { Libc } from "../ffi/libc.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import type { AddressResource } from "../resources/resource.ts";
import { getLink } from "../route/link/get-link.ts";

/** Announces addresses of plans, beside everything else: an announcement that fails costs neighbours a second, no more. */
export interface Announcer {
  announce(address: AddressResource): void;
  /** Nothing more is said in this namespace, which is about to go. */
  silence(netns: string): void;
  close(): void;
}

export function openAnnouncer(libc: Libc, pool: NamespacePool): Announcer {
  const send = inTurn(libc);
  const running = new Map<AbortController, string | undefined>();
  const begin = async ({ netns, link, address, announce: wish }: AddressResource): Promise<void> => {
    if (wish === undefined) return;
    const controller = new AbortController();
    running.set(controller, netns);
    try {
      await pool.useIfThere(netns, async (handle) => {
        const { index, mac } = await getLink(handle.route(), link);
        const text = address.slice(0, address.indexOf("/"));
        const announcement = { linkIndex: index, mac, address: text, ...wish };
        await announce(send, handle.packets(), announcement, controller.signal);
      });
    } finally {
      running.delete(controller);
    }
  };
  return {
    // Whoever waits for the address goes first. The link may be gone by then, and there is nobody to announce.
    announce: (address) => void setImmediate(() => begin(address).catch(() => undefined)),
    silence(netns) {
      for (const [controller, place] of running) if (place === netns) controller.abort();
    },
    close() {
      for (const controller of running.keys()) controller.abort();
    },
  };
}

/**
 * A frame to all neighbours keeps its sender until the kernel has passed it to each: a millisecond for a thousand. So it is
 * sent on a thread of the pool, and on one only.
 */
function inTurn(libc: Libc): Send {
  let last: Promise<unknown> = Promise.resolve();
  return (socket, frame, to) => {
    const sent = last.then(() => libc.sendto.async(socket, frame, frame.length, 0, to, to.length));
    last = sent.catch(() => undefined);
    return sent;
  };
}
