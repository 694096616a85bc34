import type { EndpointId, NetworkId, Protocol } from "@cnm/core";
import type { LinuxResource } from "../resources/resource.ts";

/**
 * What the bridge driver wants of a firewall, in its own words. An implementation (nftables, iptables, none) turns each
 * into resources: pure functions, no state. The behaviour of all is the same, and one suite holds them to it.
 */
export interface Firewall {
  readonly name: "nftables" | "iptables" | "none";
  planNetwork(network: FirewallNetwork): readonly LinuxResource[];
  planEndpoint(endpoint: FirewallEndpoint): readonly LinuxResource[];
  planPort(port: FirewallPort): readonly LinuxResource[];
}

export type GatewayMode = "nat" | "nat-unprotected" | "routed" | "isolated";

export interface FirewallNetwork {
  readonly id: NetworkId;
  readonly bridge: string;
  /** Sandboxes on the bridge may talk to each other. */
  readonly icc: boolean;
  /** Nothing is forwarded between the bridge and anything else. */
  readonly internal: boolean;
  readonly families: readonly FirewallFamily[];
}

export interface FirewallFamily {
  readonly family: 4 | 6;
  readonly subnet: string;
  readonly gatewayMode: GatewayMode;
  /** How traffic that leaves the bridge gets its source: not at all, the outgoing address, or this very address. */
  readonly source: { readonly translate: "none" | "masquerade" } | { readonly translate: "snat"; readonly to: string };
}

export interface FirewallEndpoint {
  readonly id: EndpointId;
  readonly network: FirewallNetwork;
  /** "10.7.0.2", "fd07::2" */
  readonly addresses: readonly string[];
  /** Interfaces whose traffic may reach the addresses directly, besides the bridge. */
  readonly trustedInterfaces: readonly string[];
  /** Everybody may (--allow-direct-routing). */
  readonly directRouting: boolean;
}

export interface FirewallPort {
  readonly endpointId: EndpointId;
  readonly network: FirewallNetwork;
  readonly protocol: Protocol;
  /** The host's side; absent in routed mode, where only the target is opened. Same family as the target. */
  readonly host?: { readonly address: string; readonly port: number };
  readonly target: { readonly address: string; readonly port: number };
}
