import type { LinuxResourceKind } from "./resource.ts";

type Phases = readonly (readonly LinuxResourceKind[])[];

const STACK = ["netns", "sysctl", "parent", "link", "address", "route"] as const;
const FIREWALL = ["nft-table", "nft-element", "iptables-chains", "iptables-rule"] as const;

/** They need a sandbox's namespace, and its sysctls. */
const BALANCERS = ["nft-service", "ipvs-service"] as const;

/** What comes in one phase is worked on side by side. A port is ours before anything leads to it. */
export const MAKING: Phases = [["port"], [...STACK, ...FIREWALL], BALANCERS, ["flows"], ["forwarder"]];

/**
 * New connections stop first, then known ones, and only then what carried them goes. A port is free for others when
 * nothing answers there for us any more. Also the order of a change that both removes and makes.
 */
export const UNMAKING: Phases = [BALANCERS, [...FIREWALL], ["flows"], ["forwarder"], ["port", ...STACK]];
