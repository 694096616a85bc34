import type { FamilyPortPolicy, HostFacts, Network, PortPolicy } from "@cnm/core";
import type { GatewayMode } from "../../firewall/firewall.ts";
import type { BridgeOptions } from "./bridge-options.ts";

/** What publishing means on this network, by its gateway modes. */
export function portPolicy(network: Network, options: BridgeOptions, host: Pick<HostFacts, "ipv6">): PortPolicy {
  if (network.internal) {
    const reason = `network ${network.name} is internal: nothing reaches it from outside`;
    return { ipv4: { mode: "none", reason }, ipv6: { mode: "none", reason } };
  }
  return {
    ipv4: ipv4Policy(network, options),
    ipv6: ipv6Policy(network, options, host),
  };
}

function ipv4Policy({ name, ipv4 }: Network, { gatewayMode, hostBindingIpv4 }: BridgeOptions): FamilyPortPolicy {
  if (!ipv4) return { mode: "none", reason: `network ${name} has no IPv4, and IPv4 cannot be led to IPv6` };
  return byMode(gatewayMode[4], hostBindingIpv4);
}

function ipv6Policy(
  { ipv6 }: Network,
  { gatewayMode, hostBindingIpv4 }: BridgeOptions,
  host: Pick<HostFacts, "ipv6">,
): FamilyPortPolicy {
  if (!host.ipv6) return { mode: "none", reason: "this host has no IPv6" };
  // Told to bind one IPv4 address only, a network does not open itself to everybody over IPv6.
  const restricted = hostBindingIpv4 !== "0.0.0.0";
  if (ipv6) return restricted ? asked(gatewayMode[6]) : byMode(gatewayMode[6], "::");
  if (!gatewayMode[4].startsWith("nat")) return { mode: "none", reason: "the network has no IPv6 and is routed" };
  return restricted ? asked("nat") : { mode: "bind", address: "::" };
}

const byMode = (mode: GatewayMode, address: string): FamilyPortPolicy =>
  mode.startsWith("nat") ? { mode: "bind", address } : { mode: "open" };

/** Routed ports open; bound ones only where a request names an address. */
const asked = (mode: GatewayMode): FamilyPortPolicy =>
  mode.startsWith("nat")
    ? { mode: "none", reason: "the network binds an IPv4 address only: name an IPv6 address to publish on" }
    : { mode: "open" };
