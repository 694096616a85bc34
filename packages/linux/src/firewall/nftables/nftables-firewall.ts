import { HOST_OWNER, type OwnerRef } from "@cnm/core";
import { digestOfSpec } from "../../nftables/digest.ts";
import type { NftTableSpec } from "../../nftables/spec.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import type { Firewall, FirewallEndpoint, FirewallFamily, FirewallNetwork, FirewallPort } from "../firewall.ts";

type Element = readonly [set: string, fields: readonly string[], data?: readonly string[]];

/** Plans elements of `table inet cnm` (see skeleton.ts): a handful for a network, fewer for an endpoint or a port. */
export function nftablesFirewall(table: NftTableSpec): Firewall {
  const skeleton = keyed({
    kind: "nft-table",
    owner: HOST_OWNER,
    shared: true,
    table: table.name,
    digest: digestOfSpec(table),
  });
  const elements = (owner: OwnerRef, wanted: readonly Element[]): readonly LinuxResource[] =>
    wanted.map(([set, fields, data]) =>
      data === undefined
        ? keyed({ kind: "nft-element", owner, table: table.name, set, fields })
        : keyed({ kind: "nft-element", owner, table: table.name, set, fields, data }),
    );

  return {
    name: "nftables",
    planNetwork: (network) => [skeleton, ...elements({ kind: "network", id: network.id }, networkElements(network))],
    planEndpoint: (endpoint) => elements({ kind: "endpoint", id: endpoint.id }, endpointElements(endpoint)),
    planPort: (port) => elements({ kind: "endpoint", id: port.endpointId }, portElements(port)),
  };
}

function networkElements({ bridge, icc, internal, families }: FirewallNetwork): readonly Element[] {
  return [
    ["bridges", [bridge]],
    ["pairs", [bridge, bridge]],
    ...(icc ? [] : [["icc-off", [bridge]] as const]),
    ...(internal ? [["internal", [bridge]] as const] : families.flatMap((family) => familyElements(bridge, family))),
  ];
}

function familyElements(bridge: string, { family, gatewayMode, source }: FirewallFamily): readonly Element[] {
  const elements: Element[] = [];
  if (gatewayMode === "routed") elements.push([`routed${family}`, [bridge]]);
  if (gatewayMode === "nat-unprotected") elements.push([`unprotected${family}`, [bridge]]);
  if (source.translate === "masquerade") elements.push([`masquerade${family}`, [bridge]]);
  if (source.translate === "snat") elements.push([`snat${family}`, [bridge], [source.to]]);
  return elements;
}

function endpointElements(endpoint: FirewallEndpoint): readonly Element[] {
  const { network, addresses, trustedInterfaces, directRouting } = endpoint;
  return addresses.flatMap((address): readonly Element[] => {
    const family = familyOf(address);
    const member: Element = [`members${family}`, [address, network.bridge]];
    if (network.internal || directRouting) return [member];
    const mode = network.families.find((one) => one.family === family)?.gatewayMode;
    if (mode !== "nat") return [member];
    const allowed = [network.bridge, ...trustedInterfaces];
    return [
      member,
      [`protected${family}`, [address]],
      ...allowed.map((link): Element => [`direct${family}`, [address, link]]),
    ];
  });
}

function portElements({ host, target, protocol }: FirewallPort): readonly Element[] {
  const family = familyOf(target.address);
  const open: Element = [`open${family}`, [target.address, protocol, String(target.port)]];
  if (host === undefined) return [open];
  const leadsTo = [target.address, String(target.port)];
  const any = host.address === "0.0.0.0" || host.address === "::";
  return any
    ? [open, [`published${family}-any`, [protocol, String(host.port)], leadsTo]]
    : [open, [`published${family}`, [host.address, protocol, String(host.port)], leadsTo]];
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
