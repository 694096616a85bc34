import { CnmError, HOST_OWNER, type OwnerRef } from "@cnm/core";
import { digestOfSpec } from "../../iptables/digest.ts";
import type { IptablesTable } from "../../iptables/spec.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import type { Firewall, FirewallEndpoint, FirewallFamily, FirewallNetwork, FirewallPort } from "../firewall.ts";
import type { SkeletonOptions } from "../nftables/skeleton.ts";
import { cnmChains } from "./chains.ts";

type Rule = readonly [family: 4 | 6, table: IptablesTable, chain: string, text: string];

/**
 * Plans rules in the chains of chains.ts: a handful for a network, fewer for an endpoint or a port. Families that a network
 * does not have get nothing, so a host without ip6tables can hold networks without IPv6.
 */
export function iptablesFirewall(options: SkeletonOptions = {}): Firewall {
  const skeletons = ([4, 6] as const).map((family) =>
    keyed({
      kind: "iptables-chains",
      owner: HOST_OWNER,
      shared: true,
      family,
      digest: digestOfSpec(cnmChains(family, options)),
    }),
  );
  const rules = (owner: OwnerRef, wanted: readonly Rule[]): readonly LinuxResource[] =>
    wanted.map(([family, table, chain, text]) =>
      keyed({ kind: "iptables-rule", owner, family, table, chain, rule: text.split(" ") }),
    );

  return {
    name: "iptables",
    planNetwork: (network) => [
      ...skeletons.filter(({ family }) => network.families.some((one) => one.family === family)),
      ...rules({ kind: "network", id: network.id }, networkRules(network)),
    ],
    planEndpoint: (endpoint) => rules({ kind: "endpoint", id: endpoint.id }, endpointRules(endpoint)),
    planPort: (port) => rules({ kind: "endpoint", id: port.endpointId }, portRules(port)),
  };
}

function networkRules({ bridge, icc, internal, families }: FirewallNetwork): readonly Rule[] {
  const br = linkText(bridge);
  return families.flatMap((one): readonly Rule[] => {
    const { family, subnet } = one;
    return [
      [family, "filter", "CNM-PAIRS", `-i ${br} -o ${br} -j CNM-WITHIN`],
      ...(icc ? [] : [[family, "filter", "CNM-ICC-OFF", `-o ${br} -j DROP`] as const]),
      [family, "filter", "CNM-BRIDGES", `-o ${br} -j CNM-INTO`],
      [family, "filter", "CNM-OUT", `-i ${br} -j ACCEPT`],
      // By source: kernels before 5.7 tell a POSTROUTING chain no incoming interface.
      [family, "nat", "CNM-NAT-PAIRS", `-s ${subnet} -o ${br} -j CNM-NAT-WITHIN`],
      ...(family === 4 ? [[family, "nat", "CNM-NAT-LOOPBACK", `-o ${br} -j MASQUERADE`] as const] : []),
      ...(internal ? internalRules(br, family) : familyRules(br, one)),
    ];
  });
}

const internalRules = (br: string, family: 4 | 6): readonly Rule[] => [
  [family, "filter", "CNM-INTERNAL", `-o ${br} -j DROP`],
  [family, "filter", "CNM-INTERNAL", `-i ${br} -j DROP`],
];

function familyRules(br: string, { family, subnet, gatewayMode, source }: FirewallFamily): readonly Rule[] {
  const rules: Rule[] = [];
  const ping = family === 4 ? "icmp" : "ipv6-icmp";
  if (gatewayMode === "routed") rules.push([family, "filter", "CNM-ROUTED", `-o ${br} -p ${ping} -j ACCEPT`]);
  if (gatewayMode === "nat-unprotected") rules.push([family, "filter", "CNM-UNPROTECTED", `-o ${br} -j ACCEPT`]);
  if (source.translate === "masquerade") rules.push([family, "nat", "CNM-MASQUERADE", `-s ${subnet} -j MASQUERADE`]);
  if (source.translate === "snat") {
    rules.push([family, "nat", "CNM-SNAT", `-s ${subnet} -j SNAT --to-source ${source.to}`]);
  }
  return rules;
}

function endpointRules(endpoint: FirewallEndpoint): readonly Rule[] {
  const { network, addresses, trustedInterfaces, directRouting } = endpoint;
  if (network.internal || directRouting) return [];
  return addresses.flatMap((address): readonly Rule[] => {
    const family = familyOf(address);
    const mode = network.families.find((one) => one.family === family)?.gatewayMode;
    if (mode !== "nat") return [];
    const allowed = [...new Set([network.bridge, ...trustedInterfaces])];
    return [
      ...allowed.map(
        (link): Rule => [family, "mangle", "CNM-DIRECT", `-d ${hostText(address)} -i ${linkText(link)} -j RETURN`],
      ),
      [family, "mangle", "CNM-PROTECTED", `-d ${hostText(address)} -j DROP`],
    ];
  });
}

function portRules({ host, target, protocol }: FirewallPort): readonly Rule[] {
  const family = familyOf(target.address);
  const port = (number: number): string => `-p ${protocol} -m ${protocol} --dport ${number}`;
  const open: Rule = [family, "filter", "CNM-OPEN", `-d ${hostText(target.address)} ${port(target.port)} -j ACCEPT`];
  if (host === undefined) return [open];
  const leadsTo = `-j DNAT --to-destination ${family === 4 ? target.address : `[${target.address}]`}:${target.port}`;
  if (host.address === "0.0.0.0" || host.address === "::") {
    return [open, [family, "nat", "CNM-PUBLISHED-ANY", `${port(host.port)} ${leadsTo}`]];
  }
  const at = `-d ${hostText(host.address)} ${port(host.port)}`;
  const published: Rule = [family, "nat", "CNM-PUBLISHED-HERE", `${at} ${leadsTo}`];
  if (!host.address.startsWith("127.")) return [open, published];
  return [open, published, [family, "mangle", "CNM-LOOPBACK", `${at} -j DROP`]];
}

const familyOf = (address: string): 4 | 6 => (address.includes(":") ? 6 : 4);
const hostText = (address: string): string => `${address}/${familyOf(address) === 4 ? 32 : 128}`;

/** iptables reads "br+" as every link that begins with br, and prints names without quotes. */
const PLAIN_LINK = /^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/;

function linkText(name: string): string {
  if (PLAIN_LINK.test(name)) return name;
  throw new CnmError(
    "unsupported",
    "iptables-link-name",
    `iptables cannot name the link "${name}" exactly: choose a name of letters, digits, "_", "-", "." and "@"`,
  );
}
