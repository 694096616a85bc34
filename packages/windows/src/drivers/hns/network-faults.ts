import { CnmError, type Network, type NetworkDraft, overlaps, parsePrefix, shortId } from "@cnm/core";
import * as labels from "../labels.ts";
import { hnsName } from "./names.ts";
import { type HnsNetworkOptions, readNetworkOptions } from "./network-options.ts";
import { type HnsTraits, NO_IPV6_SUBNETS } from "./traits.ts";

/** Everything that is wrong with a Windows network as it was asked for. */
export function networkFaults(network: NetworkDraft, traits: HnsTraits): readonly string[] {
  const { options, faults } = readNetworkOptions(network.options, traits);
  const { name, ipam, pools, ipv4, ipv6 } = network;
  const own = pools.filter(({ family }) => family === 4);
  return [
    ...faults,
    ...(ipv4 ? [] : [`network ${name} requires ipv4 configuration: HNS has no networks of IPv6 alone`]),
    ...(ipv6 && traits.noIpv6 !== undefined ? [`ipv6: ${NO_IPV6_SUBNETS}: ${traits.noIpv6}`] : []),
    ...(ipam.driver === "null" ? [`the ${traits.name} driver needs addresses: the null IPAM driver gives none`] : []),
    ...subnetFaults(network, traits, options),
    ...vsidFaults(own.length, traits, options),
  ];
}

function subnetFaults({ pools, ipam }: NetworkDraft, traits: HnsTraits, { adopted }: HnsNetworkOptions) {
  const open = pools.filter(({ subnet }) => subnet === undefined);
  if (open.length === 0 || ipam.driver !== "windows" || adopted !== undefined) return [];
  if ("needed" in traits.subnet) return [`a subnet is needed: ${traits.subnet.needed}`];
  return open.some(({ family }) => family === 6) ? ["an IPv6 subnet is needed: HNS chooses IPv4 ones only"] : [];
}

function vsidFaults(subnets: number, { vsid }: HnsTraits, { vsids, adopted }: HnsNetworkOptions): readonly string[] {
  if (vsid !== "list" || adopted !== undefined || vsids.length >= subnets) return [];
  const words = `insufficient vnis(${vsids.length}) passed to overlay. Windows driver requires VNIs to be prepopulated`;
  return [`${words}: one for each of ${subnets} IPv4 subnets, in option ${labels.VXLAN_ID_LIST}`];
}

/** Two networks cannot have the same name, object or addresses in HNS. */
export function networkClash(
  network: Network,
  others: readonly Network[],
  read: (network: Network) => HnsNetworkOptions,
): CnmError | undefined {
  const options = read(network);
  for (const other of others) {
    if (other.id === network.id) continue;
    const what = `networks ${network.name} and ${other.name} (${shortId(other.id)})`;
    const theirs = other.driver === network.driver ? read(other) : undefined;
    if (options.adopted !== undefined && options.adopted === theirs?.adopted) {
      return new CnmError(
        "forbidden",
        "hns-network-in-use",
        `${what} would be the same HNS network, ${options.adopted}`,
      );
    }
    if (theirs !== undefined && hnsName(network, options) === hnsName(other, theirs)) {
      return new CnmError("forbidden", "hns-name-in-use", `${what} would have the same name in HNS`);
    }
    const shared = options.vsids.find((vsid) => theirs?.vsids.includes(vsid));
    if (shared !== undefined && network.driver === "overlay") {
      return new CnmError("forbidden", "vsid-in-use", `${what} would have the same VXLAN identifier, ${shared}`);
    }
    const clash = overlapOf(network, other);
    if (clash !== undefined) return new CnmError("forbidden", "pool-overlap", `${what} overlap: ${clash}`);
  }
  return undefined;
}

/** Subnets that HNS is still to choose overlap nothing. Bridges onto one LAN have the LAN's addresses, all of them. */
function overlapOf(network: Network, other: Network): string | undefined {
  if (network.driver === other.driver && network.driver !== "nat") return undefined;
  for (const { subnet } of network.ipam.pools.filter(isSettled)) {
    const clash = other.ipam.pools
      .filter(isSettled)
      .find((pool) => overlaps(parsePrefix(pool.subnet), parsePrefix(subnet)));
    if (clash !== undefined) return `${subnet} and ${clash.subnet}`;
  }
  return undefined;
}

const isSettled = ({ subnet }: { readonly subnet: string }): boolean => !subnet.endsWith("/0");
