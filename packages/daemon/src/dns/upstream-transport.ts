import type { NameServerUpstream, SandboxId, Transport, UpstreamServer, Vantage } from "@cnm/core";
import { LaterTurns } from "./later-turns.ts";

const DNS_PORT = 53;

/** The platform's sockets, as forwarding wants them: by sandbox rather than by namespace, and each question in its turn. */
export function upstreamTransport(
  upstream: NameServerUpstream,
  namespaceOf: (sandbox: SandboxId) => Promise<string>,
): Transport {
  const later = new LaterTurns();
  const from = async (server: UpstreamServer): Promise<Vantage> =>
    server.from === "host" ? "host" : { namespacePath: await namespaceOf(server.from) };
  const peer = ({ address }: UpstreamServer) => ({ address, port: DNS_PORT });
  return {
    async exchangeUdp(server, query, signal, accepts) {
      await later.next();
      return await upstream.exchangeUdp(await from(server), peer(server), query, signal, accepts);
    },
    async exchangeTcp(server, query, signal) {
      await later.next();
      return await upstream.exchangeTcp(await from(server), peer(server), query, signal);
    },
  };
}
