import { CnmError, formatOwner } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import type { LinuxPortHolder } from "../ports/port-holder.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import { F_DUPFD_CLOEXEC } from "../sockets/constants.ts";
import { attachFilter, DROP_ALL, detachFilter, ONLY_IPV6_LOOPBACK } from "../sockets/socket-filter.ts";
import { forwardTcp } from "./forward-tcp.ts";
import { forwardUdp } from "./forward-udp.ts";
import type { Forwarder } from "./forwarder.ts";

export interface ForwarderHandlerParts {
  readonly libc: Libc;
  readonly host: Namespace;
  readonly holder: LinuxPortHolder;
}

/**
 * Carries connections in this process. The socket that holds the port does the listening: a second one beside it could not
 * be bound. Its filter, which drops everything, makes way for one that passes what is to be carried.
 */
export function forwarderHandler(parts: ForwarderHandlerParts): ResourceHandler<ForwarderResource> {
  const running = new Map<string, { readonly resource: ForwarderResource; readonly stop: () => Promise<void> }>();

  return {
    kinds: ["forwarder"],

    async apply({ remove, add }: HandlerChange<ForwarderResource>): Promise<void> {
      const started: string[] = [];
      try {
        for (const { key } of remove) await stop(key);
        for (const resource of add) {
          if (running.has(resource.key)) continue;
          running.set(resource.key, { resource, stop: await start(parts, resource) });
          started.push(resource.key);
        }
      } catch (error) {
        for (const key of started) await stop(key);
        for (const resource of remove) running.set(resource.key, { resource, stop: await start(parts, resource) });
        throw error;
      }
    },

    observe: async ({ owners }: HandlerScope<ForwarderResource>) =>
      [...running.values()]
        .map(({ resource }) => resource)
        .filter(({ owner }) => owners === undefined || owners.has(formatOwner(owner))),

    async close(): Promise<void> {
      for (const key of [...running.keys()]) await stop(key);
    },
  };

  async function stop(key: string): Promise<void> {
    const forwarder = running.get(key);
    running.delete(key);
    await forwarder?.stop();
  }
}

async function start(parts: ForwarderHandlerParts, resource: ForwarderResource): Promise<() => Promise<void>> {
  const { libc, holder } = parts;
  const { protocol, address, port } = resource;
  const exact = holder.descriptor({ protocol, address, port });
  const held = exact ?? holder.descriptor({ protocol, address: "::", port });
  if (held === undefined) {
    throw new CnmError("internal", "port-not-held", `port ${port}/${protocol} is forwarded but not held`);
  }
  // The copy is closed by whoever listens on it; the socket itself goes on holding the port.
  const fd = libc.fcntl(held, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) throw new CnmError("internal", "forwarder", `cannot forward port ${port}: ${errnoName(-fd)}`);
  let forwarder: Forwarder;
  try {
    forwarder = await (protocol === "tcp" ? forwardTcp(parts, fd, resource) : forwardUdp(parts, fd, resource));
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  const opened = exact === undefined ? attachFilter(libc, held, ONLY_IPV6_LOOPBACK) : detachFilter(libc, held);
  if (opened < 0) {
    await forwarder.close();
    throw new CnmError("internal", "forwarder", `cannot open port ${port} for forwarding: ${errnoName(-opened)}`);
  }
  return async () => {
    const still = holder.descriptor({ protocol, address: exact === undefined ? "::" : address, port });
    if (still === held) attachFilter(libc, held, DROP_ALL);
    await forwarder.close();
  };
}
