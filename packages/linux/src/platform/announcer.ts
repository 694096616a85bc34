import { announce } from "../announce/announce.ts";
import type { Libc } from "../ffi/libc.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import type { AddressResource } from "../resources/resource.ts";
import { getLink } from "../route/link/get-link.ts";

/** Announces addresses of plans, beside everything else: an announcement that fails costs neighbours a second, no more. */
export interface Announcer {
  announce(address: AddressResource): void;
  close(): void;
}

export function openAnnouncer(libc: Libc, pool: NamespacePool): Announcer {
  const running = new Set<Disposable>();
  let closed = false;
  const begin = async ({ netns, link, address, announce: wish }: AddressResource): Promise<void> => {
    if (wish === undefined) return;
    await pool.useIfThere(netns, async (handle) => {
      const { index, mac } = await getLink(handle.route(), link);
      if (closed) return;
      const text = address.slice(0, address.indexOf("/"));
      running.add(announce(libc, handle.namespace, { linkIndex: index, mac, address: text, ...wish }));
    });
  };
  return {
    // The link may be gone by now: then there is nobody to announce.
    announce: (address) => void begin(address).catch(() => undefined),
    close() {
      closed = true;
      for (const one of running) one[Symbol.dispose]();
    },
  };
}
