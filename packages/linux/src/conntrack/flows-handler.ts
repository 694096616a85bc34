import type { Request } from "../netlink/message.ts";
import { NetlinkError, type Outcome } from "../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { protocolNumber } from "../nftables/fields.ts";
import type { HandlerChange, ResourceHandler } from "../resources/handler.ts";
import type { FlowsResource } from "../resources/resource.ts";
import { deleteFlow, deleteFlows, dumpFlows, type Flow, type FlowFilter } from "./flow.ts";

export interface FlowsHandlerParts {
  /** A netfilter socket in the host's namespace. Called once, when first needed. */
  readonly openSocket: () => NetlinkSocket;
  /** The host's own addresses, without prefix lengths. */
  readonly hostAddresses: () => Promise<ReadonlySet<string>>;
}

/** Up to here, the kernel picks the flows of each mapping; of more, all flows are listed once. */
const FEW = 4;

/**
 * Keeps connection tracking in step with published ports. A mapping that goes takes its connections with it, or their packets
 * would be led to an address that may be somebody else's by then. A UDP mapping that comes ends what clients had going with
 * the port before, or the kernel would go on leading them where it did.
 */
export function flowsHandler({ openSocket, hostAddresses }: FlowsHandlerParts): ResourceHandler<FlowsResource> {
  let opened: NetlinkSocket | undefined;
  // Until the kernel says that it cannot: older ones, 6.1 among them, delete what a whole tuple names, and nothing else.
  let picks = true;
  const socket = (): NetlinkSocket => {
    opened ??= openSocket();
    return opened;
  };

  return {
    kinds: ["flows"],
    observable: false,

    async apply({ remove, add }: HandlerChange<FlowsResource>): Promise<void> {
      if (remove.length === 0 && add.every(({ protocol }) => protocol !== "udp")) return;
      const kept = new Set(add.map(({ key }) => key));
      const gone = remove.filter(({ key }) => !kept.has(key));
      if (gone.length > FEW) await forgetMany(gone);
      else await forgetFew(gone);
      const known = new Set(remove.map(({ key }) => key));
      const fresh = add.filter(({ key, protocol }) => protocol === "udp" && !known.has(key));
      if (fresh.length > 0) await forgetStale(fresh);
    },

    observe: async () => [],

    close: async () => opened?.close(),
  };

  async function forgetFew(gone: readonly FlowsResource[]): Promise<void> {
    const ipv4 = gone.filter(({ target }) => familyOf(target) === 4);
    picks &&= await forgetPicked(ipv4);
    const listed = picks ? gone.filter((mapping) => !ipv4.includes(mapping)) : gone;
    for (const mapping of listed) await forgetListed(mapping);
  }

  /** Whether the kernel could pick the flows by itself. */
  async function forgetPicked(mappings: readonly FlowsResource[]): Promise<boolean> {
    try {
      await forget(mappings.map((mapping) => deleteFlows(filterOf(mapping))));
      return true;
    } catch (error) {
      if (error instanceof NetlinkError && error.code === "EINVAL") return false;
      throw error;
    }
  }

  /** With a filter or without one, the kernel goes through the whole table: once is enough for any number of mappings. */
  async function forgetMany(gone: readonly FlowsResource[]): Promise<void> {
    const mappings = new Map<string, FlowsResource[]>();
    for (const mapping of gone) {
      const key = keyOf(protocolNumber(mapping.protocol), mapping.hostPort, mapping.target, mapping.targetPort);
      mappings.set(key, [...(mappings.get(key) ?? []), mapping]);
    }
    const led = (await dumpFlows(socket())).filter(({ protocol, original, reply }) =>
      mappings
        .get(keyOf(protocol, original.destinationPort, reply.source, reply.sourcePort))
        ?.some(({ hostAddress }) => isWildcard(hostAddress) || original.destination === hostAddress),
    );
    await forget(led.map((flow) => deleteFlow(flow)));
  }

  async function forgetListed(mapping: FlowsResource): Promise<void> {
    const led = await dumpFlows(socket(), filterOf(mapping));
    await forget(led.map((flow) => deleteFlow(flow)));
  }

  async function forgetStale(mappings: readonly FlowsResource[]): Promise<void> {
    const local = await hostAddresses();
    for (const mapping of mappings) {
      const { hostPort, target, targetPort, hostAddress } = mapping;
      const flows = await dumpFlows(socket(), {
        family: familyOf(target),
        protocol: "udp",
        originalDestinationPort: hostPort,
      });
      const stale = flows.filter(
        ({ original, reply }) =>
          (isWildcard(hostAddress) ? local.has(original.destination) : original.destination === hostAddress) &&
          (reply.source !== target || reply.sourcePort !== targetPort),
      );
      await forget(stale.map((flow: Flow) => deleteFlow(flow)));
    }
  }

  async function forget(requests: readonly Request[]): Promise<void> {
    if (requests.length === 0) return;
    const failed = (await socket().execute(requests)).find(
      (outcome: Outcome) => outcome !== undefined && outcome.code !== "ENOENT",
    );
    if (failed !== undefined) throw failed;
  }
}

function filterOf({ protocol, hostAddress, hostPort, target, targetPort }: FlowsResource): FlowFilter {
  return {
    family: familyOf(target),
    protocol,
    originalDestinationPort: hostPort,
    replySource: target,
    replySourcePort: targetPort,
    ...(isWildcard(hostAddress) ? {} : { originalDestination: hostAddress }),
  };
}

const keyOf = (protocol: number, hostPort: number, target: string, targetPort: number): string =>
  `${protocol} ${hostPort} ${target} ${targetPort}`;

const isWildcard = (address: string): boolean => address === "0.0.0.0" || address === "::";

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
