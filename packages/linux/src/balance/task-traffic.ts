import {
  contains,
  type DatagramPlace,
  type Protocol,
  parseAddress,
  parsePrefix,
  type TaskTarget,
  type TaskTraces,
  type TaskTraffic,
} from "@cnm/core";
import { countFlows } from "../conntrack/count-flows.ts";
import { deleteFlow, dumpFlows, type Flow } from "../conntrack/flow.ts";
import { IPVS_GENL_NAME } from "../ipvs/constants.ts";
import { dumpDestinations, dumpServices } from "../ipvs/service.ts";
import { genericFamily } from "../netlink/generic-family.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { protocolNumber } from "../nftables/fields.ts";
import type { Place, PlaceSockets } from "./place.ts";

export interface TaskTrafficParts {
  readonly netfilter: PlaceSockets;
  readonly generic: PlaceSockets;
}

/** Connections that were balanced, as connection tracking and IPVS know them where they start. */
export function taskTraffic({ netfilter, generic }: TaskTrafficParts): TaskTraffic {
  return {
    async open(traces, { signal } = {}) {
      let count = 0;
      for (const place of placesOf(traces)) {
        signal?.throwIfAborted();
        const flows = await netfilter.visit(place, (socket) => flowsTo(socket, traces.targets));
        count += (flows ?? []).filter(isOpen).length;
        count += (await generic.visit(place, (socket) => activeInIpvs(socket, traces.targets))) ?? 0;
      }
      return count;
    },

    async forget(traces, protocol) {
      const targets = traces.targets.filter((target) => protocol === undefined || target.protocol === protocol);
      if (targets.length === 0) return;
      for (const place of placesOf(traces)) await netfilter.visit(place, (socket) => forgetFlows(socket, targets));
    },

    async settleDatagrams(place) {
      await netfilter.visit(place.namespacePath, async (socket) => {
        if ((await countFlows(socket)) > 0) await forgetEach(socket, strayDatagrams(await dumpFlows(socket), place));
      });
    },
  };
}

const placesOf = ({ namespacePaths, host }: TaskTraces): readonly Place[] => [
  ...namespacePaths,
  ...(host ? [undefined] : []),
];

/** The kernel looks for them, so far as it can: on a busy host there are tens of thousands of others. */
async function flowsTo(socket: NetlinkSocket, targets: readonly TaskTarget[]): Promise<readonly Flow[]> {
  if ((await countFlows(socket)) === 0) return [];
  const flows: Flow[] = [];
  for (const { protocol, address, port } of targets) {
    const family = address.includes(":") ? 6 : 4;
    flows.push(...(await dumpFlows(socket, { family, protocol, replySource: address, replySourcePort: port })));
  }
  // Whoever talks to a task by its own address is not balanced.
  return flows.filter(({ original, reply }) => original.destination !== reply.source);
}

async function forgetFlows(socket: NetlinkSocket, targets: readonly TaskTarget[]): Promise<void> {
  await forgetEach(socket, await flowsTo(socket, targets));
}

/** Translated into one of the place's subnets, and not as anything there translates today; or not translated, and should be. */
function strayDatagrams(flows: readonly Flow[], { subnets, leads }: DatagramPlace): readonly Flow[] {
  const prefixes = subnets.map(parsePrefix);
  const today = new Set(leads.map((lead) => leadText(lead.address, lead.port, lead.target, lead.targetPort)));
  const virtual = new Set(leads.map(({ address, port }) => `${address} ${port}`));
  const udp = protocolNumber("udp");
  return flows.filter(({ protocol, original, reply }) => {
    if (protocol !== udp) return false;
    if (original.destination === reply.source)
      return virtual.has(`${original.destination} ${original.destinationPort}`);
    const [port, target, targetPort] = [original.destinationPort, reply.source, reply.sourcePort];
    const isLed =
      today.has(leadText(original.destination, port, target, targetPort)) ||
      today.has(leadText(undefined, port, target, targetPort));
    return !isLed && prefixes.some((prefix) => contains(prefix, parseAddress(target)));
  });
}

const leadText = (address: string | undefined, port: number, target: string, targetPort: number): string =>
  `${address ?? "any"} ${port} ${target} ${targetPort}`;

async function forgetEach(socket: NetlinkSocket, flows: readonly Flow[]): Promise<void> {
  const requests = flows.map(deleteFlow);
  if (requests.length === 0) return;
  const failure = (await socket.execute(requests)).find(
    (outcome) => outcome !== undefined && outcome.code !== "ENOENT",
  );
  if (failure !== undefined) throw failure;
}

async function activeInIpvs(socket: NetlinkSocket, targets: readonly TaskTarget[]): Promise<number> {
  const family = await genericFamily(socket, IPVS_GENL_NAME);
  if (family === undefined) return 0;
  const wanted = (protocol: Protocol) =>
    new Set(targets.filter((one) => one.protocol === protocol).map(({ address, port }) => `${address} ${port}`));
  let count = 0;
  for (const service of await dumpServices(socket, family)) {
    const names = wanted(service.protocol);
    if (names.size === 0 || service.protocol === "udp") continue;
    for (const { address, port, active } of await dumpDestinations(socket, family, service)) {
      if (names.has(`${address} ${port}`)) count += active;
    }
  }
  return count;
}

/** TCP_CONNTRACK_*: from the first packet up to the moment when both sides have ended. */
const ENDING = 6;

/** Datagrams belong to nothing that could end. */
const isOpen = ({ protocol, tcpState }: Flow): boolean =>
  protocol === protocolNumber("tcp")
    ? tcpState !== undefined && tcpState > 0 && tcpState < ENDING
    : protocol === protocolNumber("sctp");
