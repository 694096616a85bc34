import { HOST_OWNER, parseOwner } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { dumpElements, dumpRules } from "../nftables/dump.ts";
import type { NftElementSpec, NftSetSpec, NftTableSpec } from "../nftables/spec.ts";
import { isProtocol } from "../ports/is-protocol.ts";
import type { NftServiceResource } from "../resources/resource.ts";
import { keyed } from "../resources/resource-key.ts";
import { chainName, summary } from "./service-chain.ts";

/** A virtual port as the kernel has it, and the elements that it is made of. */
export interface FoundService {
  readonly service: NftServiceResource;
  readonly elements: readonly NftElementSpec[];
}

/** All virtual ports of a namespace: whatever is in our table is ours. None where there is no such table. */
export async function readServices(
  socket: NetlinkSocket,
  table: NftTableSpec,
  netns: string | undefined,
): Promise<readonly FoundService[]> {
  const entries: NftElementSpec[] = [];
  const slots = new Map<string, NftElementSpec[]>();
  for (const set of table.sets) {
    const elements = await dumpElements(socket, table.name, set);
    if (set.data === "verdict" || set.data === undefined)
      entries.push(...elements.map((element) => withAddress(set, element)));
    else for (const element of elements) groupIn(slots, element.key.slice(0, 3).join(" ")).push(element);
  }
  if (entries.length === 0) return [];
  const rules = new Map((await dumpRules(socket, table.name)).map(({ chain, comment }) => [chain, comment]));
  return entries.map((entry) => found(entry, slots.get(entry.key.join(" ")) ?? [], rules, netns));
}

function found(
  entry: NftElementSpec,
  slots: readonly NftElementSpec[],
  rules: ReadonlyMap<string, string>,
  netns: string | undefined,
): FoundService {
  const [address = "", protocol = "", port = ""] = entry.key;
  const ordered = slots.toSorted((a, b) => Number(a.key[3]) - Number(b.key[3]));
  const leads = ordered.map(({ data = [] }) => ({ address: data[0] ?? "", port: Number(data[1]) }));
  const place = { address, protocol: isProtocol(protocol) ? protocol : "tcp", port: Number(port) } as const;
  const rule = rules.get(chainName(place)) ?? "";
  const choose = rule.startsWith("by client") ? "hash" : "turn";
  // A rule that was tampered with, or that is gone, leads nowhere that we know of.
  const intact = entry.data !== undefined && rule === summary({ choose, slots: leads });
  const service = keyed({
    kind: "nft-service" as const,
    owner: parseOwner(entry.comment) ?? HOST_OWNER,
    ...(netns === undefined ? {} : { netns }),
    ...place,
    choose,
    slots: intact ? leads : [],
  });
  return { service, elements: [unaddressed(entry), ...slots] };
}

/** Maps of any address have none in their keys. */
function withAddress(set: NftSetSpec, element: NftElementSpec): NftElementSpec {
  if (set.key.length === 3) return element;
  return { ...element, key: [/^\D+6/.test(set.name) ? "::" : "0.0.0.0", ...element.key] };
}

function unaddressed(element: NftElementSpec): NftElementSpec {
  return element.set.endsWith("-any") ? { ...element, key: element.key.slice(1) } : element;
}

function groupIn(groups: Map<string, NftElementSpec[]>, key: string): NftElementSpec[] {
  const group = groups.get(key) ?? [];
  groups.set(key, group);
  return group;
}
