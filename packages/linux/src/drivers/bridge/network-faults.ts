import {
  CnmError,
  isMulticast,
  type Network,
  type NetworkDraft,
  overlaps,
  parsePrefix,
  readPrefix,
  shortId,
} from "@cnm/core";
import * as labels from "../labels.ts";
import { type BridgeDefaults, readBridgeOptions } from "./bridge-options.ts";
import { bridgeName } from "./names.ts";

const IPV6_LINK_LOCAL = parsePrefix("fe80::/64");

/** Everything that is wrong with a bridge network as it was asked for. */
export function networkFaults(network: NetworkDraft, defaults: BridgeDefaults): readonly string[] {
  const { options, faults } = readBridgeOptions(network.options, defaults);
  return [
    ...faults,
    ...(network.ipv4 || network.ipv6 ? [] : ["ipv4 and ipv6 are both off: one of them has to be on"]),
    ...(network.ipam.driver === "null" ? ["the bridge driver needs addresses: the null IPAM driver gives none"] : []),
    ...([4, 6] as const).flatMap((family) => [
      ...poolFaults(network, family),
      ...(options.gatewayMode[family] === "isolated" && !network.internal
        ? [
            `option ${family === 4 ? labels.GATEWAY_MODE_IPV4 : labels.GATEWAY_MODE_IPV6}: isolated needs an internal network`,
          ]
        : []),
    ]),
  ];
}

function poolFaults({ pools }: NetworkDraft, family: 4 | 6): readonly string[] {
  const own = pools.filter((pool) => pool.family === family);
  if (own.length > 1) {
    const subnets = own.map(({ subnet }) => subnet ?? "any").join(", ");
    return [`the bridge driver takes one IPv${family} subnet, not ${own.length} (${subnets})`];
  }
  const subnet = own[0]?.subnet;
  const prefix = subnet === undefined ? undefined : readPrefix(subnet);
  if (prefix === undefined || typeof prefix === "string" || family === 4) return [];
  if (isMulticast(prefix)) return [`subnet ${subnet}: a multicast prefix cannot be a network's`];
  // The link-local prefix itself is everybody's; a part of it or more than it would be a lie.
  if (overlaps(prefix, IPV6_LINK_LOCAL) && subnet !== "fe80::/64") return [`subnet ${subnet} overlaps fe80::/64`];
  return [];
}

/** Two networks cannot share a bridge, nor addresses. */
export function networkClash(
  network: Network,
  others: readonly Network[],
  defaults: BridgeDefaults,
): CnmError | undefined {
  const name = bridgeNameOf(network, defaults);
  for (const other of others) {
    if (other.driver !== network.driver || other.id === network.id) continue;
    const what = `networks ${network.name} and ${other.name} (${shortId(other.id)})`;
    if (bridgeNameOf(other, defaults) === name) {
      return new CnmError("forbidden", "bridge-in-use", `${what} would have the same bridge, ${name}`);
    }
    for (const { subnet } of network.ipam.pools) {
      const clash = other.ipam.pools.find((pool) => overlaps(parsePrefix(pool.subnet), parsePrefix(subnet)));
      if (clash === undefined) continue;
      return new CnmError("forbidden", "pool-overlap", `${what} would overlap: ${subnet} and ${clash.subnet}`);
    }
  }
  return undefined;
}

const bridgeNameOf = (network: Network, defaults: BridgeDefaults): string =>
  bridgeName(network, readBridgeOptions(network.options, defaults).options);
