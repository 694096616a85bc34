import { CnmError, formatOwner } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { LinuxPortHolder } from "../ports/port-holder.ts";
import type { HandlerChange, HandlerScope, ResourceHandler } from "../resources/handler.ts";
import type { ForwarderResource } from "../resources/resource.ts";
import { attachFilter, DROP_ALL, detachFilter, ONLY_IPV6_LOOPBACK } from "../sockets/socket-filter.ts";
import type { Carrier, HeldSocket } from "./carrier.ts";

export interface ForwarderHandlerParts {
  readonly libc: Libc;
  readonly holder: LinuxPortHolder;
  readonly carrier: Carrier;
}

/**
 * Has connections carried. The socket that holds the port does the listening: a second one beside it could not be bound. Its
 * filter, which drops everything, makes way for one that passes what is to be carried.
 */
export function forwarderHandler(parts: ForwarderHandlerParts): ResourceHandler<ForwarderResource> {
  const { carrier } = parts;
  return {
    kinds: ["forwarder"],

    async apply({ remove, add }: HandlerChange<ForwarderResource>): Promise<void> {
      const started: ForwarderResource[] = [];
      try {
        for (const resource of remove) await stop(parts, resource, add.length > 0);
        for (const resource of add) {
          await start(parts, resource);
          started.push(resource);
        }
      } catch (error) {
        for (const resource of started) await stop(parts, resource, remove.length > 0);
        for (const resource of remove) await start(parts, resource);
        throw error;
      }
    },

    observe: async ({ owners }: HandlerScope<ForwarderResource>) =>
      (await carrier.carried()).filter(({ owner }) => owners === undefined || owners.has(formatOwner(owner))),

    watch: (onDrift) =>
      carrier.onLost(() => onDrift({ kind: "forwarder", detail: "the process that forwards connections has ended" })),

    async close(): Promise<void> {
      if (!carrier.outlives) for (const resource of await carrier.carried()) await stop(parts, resource);
      await carrier.close();
    },
  };
}

/** Opened before it is carried, and closed after: what is carried is open, whenever this process is killed. */
async function start({ libc, holder, carrier }: ForwarderHandlerParts, resource: ForwarderResource): Promise<void> {
  const { protocol, port } = resource;
  const held = heldSocket(holder, resource);
  if (held === undefined) {
    throw new CnmError("internal", "port-not-held", `port ${port}/${protocol} is forwarded but not held`);
  }
  const exact = held.port.address === resource.address;
  const opened = exact ? detachFilter(libc, held.fd) : attachFilter(libc, held.fd, ONLY_IPV6_LOOPBACK);
  if (opened < 0 && !(exact && opened === -ENOENT)) {
    throw new CnmError("internal", "forwarder", `cannot open port ${port} for forwarding: ${errnoName(-opened)}`);
  }
  try {
    await carrier.start(resource, held);
  } catch (error) {
    attachFilter(libc, held.fd, DROP_ALL);
    throw error;
  }
}

/** There was no filter: the port has been open since before this process began. */
const ENOENT = 2;

async function stop(
  { libc, holder, carrier }: ForwarderHandlerParts,
  resource: ForwarderResource,
  others = false,
): Promise<void> {
  await carrier.stop(resource.key, others);
  const held = heldSocket(holder, resource);
  if (held !== undefined) attachFilter(libc, held.fd, DROP_ALL);
}

/** Of the address itself, or of all addresses, of which it is one. */
function heldSocket(holder: LinuxPortHolder, { protocol, address, port }: ForwarderResource): HeldSocket | undefined {
  for (const place of [address, "::"]) {
    const held = { protocol, address: place, port };
    const fd = holder.descriptor(held);
    if (fd !== undefined) return { port: held, fd };
  }
  return undefined;
}
