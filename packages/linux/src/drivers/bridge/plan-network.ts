import { HOST_OWNER, type HostFacts, type Network, type OwnerRef } from "@cnm/core";
import type { Firewall } from "../../firewall/firewall.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { firewallNetwork } from "./firewall-network.ts";
import { bridgeMac, bridgeName } from "./names.ts";

/** The host objects of a bridge network without endpoints. */
export function planNetwork(
  network: Network,
  options: BridgeOptions,
  host: HostFacts,
  parts: { readonly firewall: Firewall; readonly forward: boolean },
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "network", id: network.id };
  const name = bridgeName(network, options);
  return [
    keyed({
      kind: "link",
      owner,
      name,
      type: "bridge",
      up: true,
      mtu: options.mtu ?? host.mtu,
      ...(options.bridgeName === undefined ? { mac: bridgeMac(network) } : { adopt: true }),
    }),
    ...bridgeSysctls(network, name, options).map(([path, value]) =>
      keyed({ kind: "sysctl", owner, name: path, value, optional: true }),
    ),
    ...bridgeAddresses(network, options).map((address) => keyed({ kind: "address", owner, link: name, address })),
    ...(parts.forward ? forwarding(network) : []),
    ...parts.firewall.planNetwork(firewallNetwork(network, options)),
  ];
}

/** The gateway's addresses: those of the bridge itself. */
function bridgeAddresses({ ipam }: Network, { gatewayMode, inhibitIpv4 }: BridgeOptions): readonly string[] {
  return ipam.pools.flatMap(({ family, gateway, subnet }) => {
    const none = gateway === undefined || gatewayMode[family] === "isolated" || (family === 4 && inhibitIpv4);
    return none ? [] : [`${gateway}/${subnet.slice(subnet.indexOf("/") + 1)}`];
  });
}

function bridgeSysctls(
  network: Network,
  name: string,
  { gatewayMode, bridgeName: chosen }: BridgeOptions,
): readonly (readonly [path: string, value: string])[] {
  const hostOnIpv6 = network.ipv6 && gatewayMode[6] !== "isolated";
  const loopbackPorts = network.ipv4 && !network.internal && gatewayMode[4].startsWith("nat");
  return [
    [`net/ipv6/conf/${name}/accept_ra`, "0"],
    [`net/ipv6/conf/${name}/disable_ipv6`, hostOnIpv6 ? "0" : "1"],
    // The first port brings the bridge's link-local address; until the kernel has made sure that nobody else has it (two
    // seconds), it asks for no neighbour, and what is led to a sandbox waits.
    ...(hostOnIpv6 && chosen === undefined ? [[`net/ipv6/conf/${name}/accept_dad`, "0"] as const] : []),
    // Ports published on 127.0.0.1 are led to the bridge with a source in 127.0.0.0/8, which is masqueraded on its way.
    ...(loopbackPorts ? [[`net/ipv4/conf/${name}/route_localnet`, "1"] as const] : []),
  ];
}

/** The host's own switches: on as long as any network needs them. */
function forwarding({ internal, ipv4, ipv6 }: Network): readonly LinuxResource[] {
  if (internal) return [];
  const names = [
    ...(ipv4 ? ["net/ipv4/ip_forward"] : []),
    ...(ipv6 ? ["net/ipv6/conf/default/forwarding", "net/ipv6/conf/all/forwarding"] : []),
  ];
  return names.map((name) =>
    keyed({ kind: "sysctl", owner: HOST_OWNER, shared: true, name, value: "1", optional: name.startsWith("net/ipv6") }),
  );
}
