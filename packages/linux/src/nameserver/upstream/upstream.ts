import type { NameServerPeer, NameServerUpstream, Vantage } from "@cnm/core";
import type { Libc } from "../../ffi/libc.ts";
import type { NamespacePool } from "../../netns/namespace-pool.ts";
import { SOCK_DGRAM, SOCK_STREAM } from "../../sockets/constants.ts";
import { exchangeTcp } from "./exchange-tcp.ts";
import { exchangeUdp } from "./exchange-udp.ts";
import { upstreamSocket } from "./upstream-socket.ts";

/** Asks other servers, each from wherever in the host it is to be asked. */
export function nameServerUpstream({ libc, pool }: UpstreamParts): NameServerUpstream {
  // The socket keeps its namespace: nothing else does while the answer is on its way.
  const open = (from: Vantage, server: NameServerPeer, type: number): Promise<number> =>
    pool.use(from === "host" ? undefined : from.namespacePath, async ({ namespace }) =>
      upstreamSocket(libc, namespace, server, type),
    );
  return {
    async exchangeUdp(from, server, query, signal, accepts) {
      signal.throwIfAborted();
      return await exchangeUdp(libc, await open(from, server, SOCK_DGRAM), server, query, signal, accepts);
    },
    async exchangeTcp(from, server, query, signal) {
      signal.throwIfAborted();
      return await exchangeTcp(await open(from, server, SOCK_STREAM), server, query, signal);
    },
  };
}

export interface UpstreamParts {
  readonly libc: Libc;
  readonly pool: NamespacePool;
}
