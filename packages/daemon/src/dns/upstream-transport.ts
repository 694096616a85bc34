import type { NameServerUpstream, SandboxId, Transport, UpstreamServer, Vantage } from "@cnm/core";

const DNS_PORT = 53;

/** The platform's sockets, as forwarding wants them: by sandbox rather than by namespace. */
export function upstreamTransport(
  upstream: NameServerUpstream,
  namespaceOf: (sandbox: SandboxId) => Promise<string>,
): Transport {
  const from = async (server: UpstreamServer): Promise<Vantage> =>
    server.from === "host" ? "host" : { namespacePath: await namespaceOf(server.from) };
  const peer = ({ address }: UpstreamServer) => ({ address, port: DNS_PORT });
  return {
    exchangeUdp: async (server, query, signal, accepts) =>
      upstream.exchangeUdp(await from(server), peer(server), query, signal, accepts),
    exchangeTcp: async (server, query, signal) => upstream.exchangeTcp(await from(server), peer(server), query, signal),
  };
}
