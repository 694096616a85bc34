import type { Family, Network } from "@cnm/core";
import type { FirewallFamily, FirewallNetwork } from "../../firewall/firewall.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { bridgeName } from "./names.ts";

/** A network in the firewall's words. */
export function firewallNetwork(network: Network, options: BridgeOptions): FirewallNetwork {
  return {
    id: network.id,
    bridge: bridgeName(network, options),
    icc: options.icc,
    internal: network.internal,
    families: network.ipam.pools.map(({ family, subnet }) => ({
      family,
      subnet,
      gatewayMode: options.gatewayMode[family],
      source: sourceOf(family, options),
    })),
  };
}

/** Routed networks keep their addresses; so do those that were told to. */
function sourceOf(family: Family, { gatewayMode, masquerade, source }: BridgeOptions): FirewallFamily["source"] {
  if (!gatewayMode[family].startsWith("nat") || !masquerade) return { translate: "none" };
  const to = source[family];
  return to === undefined ? { translate: "masquerade" } : { translate: "snat", to };
}
