import { CnmError, type NameServer, type NameServerSpec } from "@cnm/core";
import { serveTcp } from "@cnm/core/nameserver";
import type { Ffi } from "../ffi/ffi.ts";
import type { Libc } from "../ffi/libc.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { NamespacePool } from "../netns/namespace-pool.ts";
import { PacketBatch } from "./packet-batch.ts";
import { Rounds } from "./rounds.ts";
import { serveUdp, type UdpParts } from "./serve-udp.ts";
import { openServerSocket } from "./server-socket.ts";

export interface NameServersParts {
  readonly ffi: Ffi;
  readonly libc: Libc;
  readonly pool: NamespacePool;
}

/** The name servers of all sandboxes: two descriptors each, and one set of buffers for all. */
export interface NameServers {
  /** See `Platform.openNameServer`. */
  open(spec: NameServerSpec): Promise<NameServer>;
  /** Closes those that are still open. */
  close(): Promise<void>;
}

const IDLE_TIMEOUT = 10_000;

export function nameServers({ ffi, libc, pool }: NameServersParts): NameServers {
  const open = new Set<NameServer>();
  const rounds = new Rounds();
  let batch: PacketBatch | undefined;
  let closed = false;

  return {
    async open(spec) {
      // Half a megabyte, which a host without name servers does not need.
      batch ??= new PacketBatch(libc);
      const parts = { ffi, libc, batch, rounds };
      const inner = await pool.use(spec.namespacePath, ({ namespace }) => serve(parts, namespace, spec));
      const server: NameServer = {
        async close() {
          if (open.delete(server)) await inner.close();
        },
      };
      open.add(server);
      if (!closed) return server;
      await server.close();
      throw new CnmError("internal", "name-server", "the platform has been closed");
    },

    async close() {
      closed = true;
      await Promise.all([...open].map((server) => server.close()));
    },
  };
}

async function serve(parts: UdpParts, namespace: Namespace, spec: NameServerSpec): Promise<NameServer> {
  const { libc } = parts;
  const { address, port = 53, answer, idleTimeout = IDLE_TIMEOUT, onFailure: failed = () => undefined } = spec;
  const udp = openServerSocket(libc, namespace, { protocol: "udp", address, port });
  let tcp: number | undefined;
  let connections: NameServer;
  try {
    tcp = openServerSocket(libc, namespace, { protocol: "tcp", address, port });
    connections = await serveTcp({ fd: tcp }, { answer, idleTimeout, failed });
  } catch (error) {
    libc.close(udp);
    if (tcp !== undefined) libc.close(tcp);
    throw error;
  }
  const packets = serveUdp(parts, udp, answer, failed);
  return {
    async close() {
      packets[Symbol.dispose]();
      await connections.close();
    },
  };
}
