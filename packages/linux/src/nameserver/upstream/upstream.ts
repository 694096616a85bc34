import type { NameServerPeer, NameServerUpstream, Vantage } from "@cnm/core";
import type { Ffi } from "../../ffi/ffi.ts";
import type { Libc } from "../../ffi/libc.ts";
import type { NamespacePool } from "../../netns/namespace-pool.ts";
import { SOCK_DGRAM, SOCK_STREAM } from "../../sockets/constants.ts";
import { ReadableSockets } from "../../sockets/readable-sockets.ts";
import { exchangeTcp } from "./exchange-tcp.ts";
import { exchangeUdp } from "./exchange-udp.ts";
import { upstreamSocket } from "./upstream-socket.ts";

/** No packet is longer. */
const LARGEST = 1 << 16;

/** Asks other servers, each from wherever in the host it is to be asked. */
export function nameServerUpstream({ ffi, libc, pool }: UpstreamParts): NameServerUpstream {
  const sockets = new ReadableSockets(ffi, libc);
  let buffer: Uint8Array | undefined;
  // The socket keeps its namespace: nothing else does while the answer is on its way.
  const open = (from: Vantage, server: NameServerPeer, type: number): Promise<number> =>
    pool.use(from === "host" ? undefined : from.namespacePath, async ({ namespace }) =>
      upstreamSocket(libc, namespace, server, type),
    );
  return {
    async exchangeUdp(from, server, query, signal, accepts) {
      signal.throwIfAborted();
      // A host that never asks anybody does not need it.
      buffer ??= Buffer.allocUnsafeSlow(LARGEST);
      const fd = await open(from, server, SOCK_DGRAM);
      return await exchangeUdp({ libc, sockets, buffer }, fd, server, query, signal, accepts);
    },
    async exchangeTcp(from, server, query, signal) {
      signal.throwIfAborted();
      return await exchangeTcp(await open(from, server, SOCK_STREAM), server, query, signal);
    },
  };
}

export interface UpstreamParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
  readonly pool: NamespacePool;
}
