import type { Network, NetworkPool } from "@cnm/core";
import { NetworkFlags, type Subnet } from "../../hcn/network.ts";
import type { NetworkPolicy } from "../../hcn/policies/network-policy.ts";
import type { SubnetPolicy } from "../../hcn/policies/subnet-policy.ts";
import type { NetworkResource, WindowsResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { hnsMac } from "./mac.ts";
import { hnsName, networkId } from "./names.ts";
import type { HnsNetworkOptions } from "./network-options.ts";
import type { HnsTraits } from "./traits.ts";

/** One HCN network. What is left open in the document, HNS chooses. */
export function planNetwork(
  network: Network,
  traits: HnsTraits,
  options: HnsNetworkOptions,
): readonly WindowsResource[] {
  const owner = { kind: "network", id: network.id } as const;
  const id = networkId(network, options);
  if (options.adopted !== undefined) {
    return [keyed({ kind: "hcn-network", owner, id, adopt: true, document: { Type: traits.type } })];
  }
  return [keyed({ kind: "hcn-network", owner, id, document: networkDocument(network, traits, options) })];
}

function networkDocument(network: Network, traits: HnsTraits, options: HnsNetworkOptions): NetworkResource["document"] {
  const policies = networkPolicies(traits, options);
  const subnets = network.ipam.pools
    .filter(({ subnet }) => !subnet.endsWith("/0"))
    .map((pool, at) => subnetDocument(pool, at, options));
  const dns = {
    ...(options.dnsSuffix === undefined ? {} : { Domain: options.dnsSuffix }),
    ...(options.dnsServers.length === 0 ? {} : { ServerList: options.dnsServers }),
  };
  const ranges = options.macPool.map(({ first, last }) => ({
    StartMacAddress: hnsMac(first),
    EndMacAddress: hnsMac(last),
  }));
  return {
    Type: traits.type,
    Name: hnsName(network, options),
    ...(policies.length === 0 ? {} : { Policies: policies }),
    ...(ranges.length === 0 ? {} : { MacPool: { Ranges: ranges } }),
    ...(Object.keys(dns).length === 0 ? {} : { Dns: dns }),
    // HNS forgets NAT networks over a restart of the host anyway: that it is known makes them be made again.
    ...(traits.type === "NAT" ? { Flags: NetworkFlags.EnableNonPersistent } : {}),
    ...(subnets.length > 0
      ? { Ipams: [{ Type: "Static", Subnets: subnets }] }
      : // The LAN's own DHCP server gives addresses; elsewhere HNS chooses a subnet.
        traits.type === "Transparent"
        ? { Ipams: [{ Type: "Dhcp", Subnets: [] }] }
        : {}),
  };
}

function networkPolicies(traits: HnsTraits, options: HnsNetworkOptions): readonly NetworkPolicy[] {
  const { interface: adapter, sourceMac, providerAddress } = options;
  return [
    ...(adapter === undefined ? [] : [{ Type: "NetAdapterName", Settings: { NetworkAdapterName: adapter } } as const]),
    ...(sourceMac === undefined
      ? []
      : [{ Type: "SourceMacAddress", Settings: { SourceMacAddress: hnsMac(sourceMac) } } as const]),
    ...(traits.type === "Overlay"
      ? [{ Type: "AutomaticDNS", Settings: { Enable: options.dnsServers.length === 0 } } as const]
      : []),
    ...(providerAddress === undefined
      ? []
      : [{ Type: "ProviderAddress", Settings: { ProviderAddress: providerAddress } } as const]),
  ];
}

function subnetDocument({ subnet, gateway, family }: NetworkPool, at: number, options: HnsNetworkOptions): Subnet {
  const vsid = options.vsids[at] ?? options.vsids[0];
  const policies: readonly SubnetPolicy[] = [
    ...(options.vlan === undefined ? [] : [{ Type: "VLAN", Settings: { IsolationId: options.vlan } } as const]),
    ...(vsid === undefined ? [] : [{ Type: "VSID", Settings: { IsolationId: vsid } } as const]),
  ];
  const DestinationPrefix = family === 4 ? "0.0.0.0/0" : "::/0";
  return {
    IpAddressPrefix: subnet,
    ...(policies.length === 0 ? {} : { Policies: policies }),
    ...(gateway === undefined ? {} : { Routes: [{ NextHop: gateway, DestinationPrefix }] }),
  };
}
