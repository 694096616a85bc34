import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import { F_DUPFD_CLOEXEC } from "../sockets/constants.ts";
import type { Carrier, HeldSocket } from "./carrier.ts";
import { forwardTcp } from "./forward-tcp.ts";
import { forwardUdp } from "./forward-udp.ts";
import type { Forwarder } from "./forwarder.ts";

export interface CarryHereParts {
  readonly libc: Libc;
  readonly host: Namespace;
}

/** Carries in this process. */
export function carryHere(parts: CarryHereParts): Carrier {
  const running = new Map<string, { readonly resource: ForwarderResource; readonly forwarder: Forwarder }>();

  async function stop(key: string): Promise<void> {
    const one = running.get(key);
    running.delete(key);
    await one?.forwarder.close();
  }

  return {
    outlives: false,
    async start(resource, held) {
      if (running.has(resource.key)) return;
      running.set(resource.key, { resource, forwarder: await forward(parts, resource, held) });
    },
    stop,
    carried: async () => [...running.values()].map(({ resource }) => resource),
    heldSocket: async () => undefined,
    onLost: () => ({ [Symbol.dispose]: () => undefined }),
    async close() {
      for (const key of [...running.keys()]) await stop(key);
    },
  };
}

async function forward(parts: CarryHereParts, resource: ForwarderResource, held: HeldSocket): Promise<Forwarder> {
  const { libc } = parts;
  // The copy is closed by whoever listens on it; the socket itself goes on holding the port.
  const fd = libc.fcntl(held.fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw new CnmError("internal", "forwarder", `cannot forward port ${resource.port}: ${errnoName(-fd)}`);
  try {
    return await (resource.protocol === "tcp" ? forwardTcp(parts, fd, resource) : forwardUdp(parts, fd, resource));
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
