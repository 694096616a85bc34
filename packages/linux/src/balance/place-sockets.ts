import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Libc } from "../ffi/libc.ts";
import { type NetlinkSocket, openNetlinkSocket } from "../netlink/socket.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import type { Place, PlaceSockets } from "./place.ts";

export interface PlaceSocketsParts {
  readonly libc: Libc;
  readonly pool: NamespacePool;
  /** Where namespaces of our own are pinned. */
  readonly pins: string;
  readonly protocol: number;
}

/** A socket for each visit: balancers change seldom, and there may be thousands of sandboxes. */
export function placeSockets({ libc, pool, pins, protocol }: PlaceSocketsParts): PlaceSockets {
  const queues = new Map<Place, Promise<unknown>>();

  return {
    visit<T>(place: Place, work: (socket: NetlinkSocket) => Promise<T>, needed = false): Promise<T | undefined> {
      const before = queues.get(place) ?? Promise.resolve();
      const turn = before.then(() => visitNow(place, work, needed));
      const settled = turn.then(
        () => undefined,
        () => undefined,
      );
      queues.set(place, settled);
      void settled.then(() => {
        if (queues.get(place) === settled) queues.delete(place);
      });
      return turn;
    },

    isOwn: (place) => place !== undefined && dirname(place) === pins,

    async places(known, namespaces = []) {
      const own = await readdir(pins).catch(() => []);
      const named = [...namespaces, ...known.flatMap(({ netns }) => netns ?? [])];
      return [undefined, ...new Set([...own.map((name) => join(pins, name)), ...named])];
    },
  };

  function visitNow<T>(
    place: Place,
    work: (socket: NetlinkSocket) => Promise<T>,
    needed: boolean,
  ): Promise<T | undefined> {
    const use = needed ? pool.use.bind(pool) : pool.useIfThere.bind(pool);
    return use(place, async ({ namespace }) => {
      const socket = namespace.enter(() => openNetlinkSocket(libc, protocol));
      try {
        return await work(socket);
      } finally {
        await socket.close();
      }
    });
  }
}
