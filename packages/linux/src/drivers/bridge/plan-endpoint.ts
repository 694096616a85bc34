import type { Endpoint, EndpointContext, Network, NetworkPool, OwnerRef } from "@cnm/core";
import type { Firewall, FirewallNetwork } from "../../firewall/firewall.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { readEndpointOptions } from "../endpoint-options.ts";
import { isIpv6OffByDefault } from "../ipv6-by-default.ts";
import type { BridgeOptions } from "./bridge-options.ts";
import { bridgeName, segmentNames, vethName } from "./names.ts";
import { planPorts } from "./plan-ports.ts";
import { mldVersion, quietIpv6 } from "./quiet-ipv6.ts";

/** The host objects of one endpoint: its pair of links, what is set inside the sandbox, and its part of the firewall. */
export function planEndpoint(
  endpoint: Endpoint,
  { network, sandbox, host }: EndpointContext,
  options: BridgeOptions,
  parts: {
    readonly firewall: Firewall;
    readonly firewallNetwork: FirewallNetwork;
    readonly directRouting: boolean;
    readonly namespaces: string;
  },
): readonly LinuxResource[] {
  const owner: OwnerRef = { kind: "endpoint", id: endpoint.id };
  const netns = sandbox.namespace.path;
  const { interfaceName: link, segment = 0 } = endpoint;
  const mtu = options.mtu ?? host.mtu;
  const { options: own } = readEndpointOptions(endpoint.options, link);
  const hasIpv6 = endpoint.addresses.some(({ family }) => family === 6);
  const quiet = hasIpv6 && options.bridgeName === undefined;
  const asked = (name: string): boolean => own.sysctls.some(([one]) => one === name);
  const plan: LinuxResource[] = [
    keyed({
      kind: "link",
      owner,
      name: vethName(endpoint.id),
      type: "veth",
      up: true,
      mtu,
      ...(segment === 0 ? { master: bridgeName(network, options) } : onSegment(network, segment, parts.namespaces)),
      port: { hairpin: true, isolated: !options.icc },
      ...(quiet && options.icc && !asked(mldVersion(link)) ? { quiet } : {}),
      // A port needs no address, and hundreds of link-local ones make the kernel slow at everything with links.
      linkLocal: false,
      peer: { netns, name: link, mac: endpoint.macAddress, mtu, up: true },
    }),
  ];
  if (hasIpv6 || !isIpv6OffByDefault(sandbox)) {
    const name = `net/ipv6/conf/${link}/disable_ipv6`;
    plan.push(keyed({ kind: "sysctl", owner, netns, name, value: hasIpv6 ? "0" : "1", optional: true }));
  }
  if (quiet) {
    for (const [name, value] of quietIpv6(link)) {
      if (!asked(name)) plan.push(keyed({ kind: "sysctl", owner, netns, name, value, optional: true }));
    }
  }
  for (const [name, value] of own.sysctls) plan.push(keyed({ kind: "sysctl", owner, netns, name, value }));
  const announced = own.announce.count === 0 ? {} : { announce: own.announce };
  for (const { address } of endpoint.addresses) {
    plan.push(keyed({ kind: "address", owner, netns, link, address, ...announced }));
  }
  for (const { destination, gateway } of defaultRoutes(endpoint, network.ipam.pools)) {
    plan.push(keyed({ kind: "route", owner, netns, link, destination, gateway }));
  }
  const inFirewall = parts.firewall.planEndpoint({
    id: endpoint.id,
    network: parts.firewallNetwork,
    addresses: endpoint.addresses.map(({ address }) => withoutLength(address)),
    trustedInterfaces: options.trustedInterfaces,
    directRouting: parts.directRouting,
  });
  return plan.concat(inFirewall, planPorts(endpoint, parts.firewallNetwork, parts.firewall));
}

/** The port is in the segment's namespace. */
function onSegment(
  network: Network,
  segment: number,
  namespaces: string,
): { readonly netns: string; readonly master: string } {
  const { namespace, bridge } = segmentNames(network, segment);
  return { netns: `${namespaces}/${namespace}`, master: bridge };
}

/** The sandbox's way out, where it leads through this endpoint. */
function defaultRoutes(
  { gateway, addresses }: Endpoint,
  pools: readonly NetworkPool[],
): readonly { readonly destination: string; readonly gateway: string }[] {
  const routes: { readonly destination: string; readonly gateway: string }[] = [];
  const add = (family: 4 | 6, destination: string): void => {
    const via = addresses.some((address) => address.family === family) ? gatewayOf(pools, family) : undefined;
    if (via !== undefined) routes.push({ destination, gateway: via });
  };
  if (gateway.ipv4) add(4, "0.0.0.0/0");
  if (gateway.ipv6) add(6, "::/0");
  return routes;
}

/** Docker's names for a router other than the bridge, given as auxiliary addresses. */
const DEFAULT_GATEWAY = { 4: "DefaultGatewayIPv4", 6: "DefaultGatewayIPv6" } as const;

export function gatewayOf(pools: readonly NetworkPool[], family: 4 | 6): string | undefined {
  const pool = pools.find((one) => one.family === family);
  return pool?.auxAddresses[DEFAULT_GATEWAY[family]] ?? pool?.gateway;
}

const withoutLength = (address: string): string => address.slice(0, address.indexOf("/"));
