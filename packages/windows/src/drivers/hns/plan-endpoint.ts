import type { Endpoint, EndpointContext, Network, NetworkPool, PublishedPort } from "@cnm/core";
import type { Dns } from "../../hcn/dns.ts";
import { EndpointFlags, type IpConfiguration } from "../../hcn/endpoint.ts";
import { guid } from "../../hcn/guid.ts";
import type { IpRoute } from "../../hcn/ip-route.ts";
import type { EndpointPolicy } from "../../hcn/policies/endpoint-policy.ts";
import { NatFlags } from "../../hcn/policies/port-mapping.ts";
import type { WindowsResource } from "../../resources/resource.ts";
import { keyed } from "../../resources/resource-key.ts";
import { acls } from "./acls.ts";
import { type HnsEndpointOptions, readEndpointOptions } from "./endpoint-options.ts";
import { hnsMac, isInPool } from "./mac.ts";
import { endpointName, idOf, networkId } from "./names.ts";
import type { HnsNetworkOptions } from "./network-options.ts";
import { routeMetric } from "./route-metric.ts";
import type { HnsTraits } from "./traits.ts";

const PROTOCOL_NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** One HCN endpoint, put into the sandbox's namespace. */
export function planEndpoint(
  endpoint: Endpoint,
  { network, sandbox }: EndpointContext,
  traits: HnsTraits,
  options: HnsNetworkOptions,
): readonly WindowsResource[] {
  const owner = { kind: "endpoint", id: endpoint.id } as const;
  const { options: own } = readEndpointOptions(endpoint.options);
  const icc = options.icc && own.icc;
  const configurations = endpoint.addresses.flatMap(configurationOf);
  const dns = dnsOf(network, sandbox.dns, traits, options, own);
  const routes = defaultRoutes(endpoint, network, traits);
  const policies = policiesOf(endpoint, network, traits, options, own, icc);
  // A MAC that nobody asked for gives way to the network's pool, from which HNS chooses.
  const mac = options.macPool.length === 0 || isInPool(options.macPool, endpoint.macAddress);
  return [
    keyed({
      kind: "hcn-endpoint",
      owner,
      id: idOf(owner),
      namespace: guid(sandbox.namespace.path),
      document: {
        Name: endpointName(endpoint, network),
        HostComputeNetwork: networkId(network, options),
        ...(configurations.length === 0 ? {} : { IpConfigurations: configurations }),
        ...(mac ? { MacAddress: hnsMac(endpoint.macAddress) } : {}),
        ...(Object.keys(dns).length === 0 ? {} : { Dns: dns }),
        ...(routes.length === 0 ? {} : { Routes: routes }),
        ...(policies.length === 0 ? {} : { Policies: policies }),
        ...(icc ? {} : { Flags: EndpointFlags.DisableInterComputeCommunication }),
      },
    }),
  ];
}

/** An unspecified address stands for one that HNS is to choose. */
function configurationOf({ address }: { readonly address: string }): readonly IpConfiguration[] {
  const [IpAddress = "", length] = address.split("/");
  return IpAddress === "0.0.0.0" || IpAddress === "::" ? [] : [{ IpAddress, PrefixLength: Number(length) }];
}

function dnsOf(
  { ipam }: Network,
  asked: { readonly servers?: readonly string[]; readonly search?: readonly string[] } = {},
  { gateway }: HnsTraits,
  options: HnsNetworkOptions,
  own: HnsEndpointOptions,
): Dns {
  const search = (asked.search ?? []).filter((domain) => domain !== ".");
  const resolvers =
    gateway === "host" && options.gatewayDns && own.dns
      ? ipam.pools.flatMap((pool) => (pool.gateway === undefined ? [] : [pool.gateway]))
      : [];
  // The resolver on the gateway asks the others itself.
  const named = [own.dnsServers, asked.servers ?? [], options.dnsServers].find(({ length }) => length > 0) ?? [];
  const servers = resolvers.length > 0 ? resolvers : named;
  return {
    ...(options.dnsSuffix === undefined ? {} : { Domain: options.dnsSuffix }),
    ...(search.length === 0 ? {} : { Search: search }),
    ...(servers.length === 0 ? {} : { ServerList: servers }),
  };
}

function defaultRoutes(endpoint: Endpoint, network: Network, { gateway }: HnsTraits): readonly IpRoute[] {
  if (network.internal || gateway === "none") return [];
  const hops = network.ipam.pools.flatMap(({ family, gateway: NextHop }: NetworkPool): readonly IpRoute[] => {
    const has = endpoint.addresses.some((address) => address.family === family);
    if (NextHop === undefined || !has) return [];
    const Metric = routeMetric(endpoint.gatewayPriority, network.name);
    return [{ NextHop, DestinationPrefix: family === 4 ? "0.0.0.0/0" : "::/0", Metric }];
  });
  return [...new Map(hops.map((hop) => [hop.DestinationPrefix, hop])).values()];
}

function policiesOf(
  endpoint: Endpoint,
  network: Network,
  traits: HnsTraits,
  options: HnsNetworkOptions,
  own: HnsEndpointOptions,
  icc: boolean,
): readonly EndpointPolicy[] {
  const { providerAddress, mtu } = options;
  return [
    ...endpoint.ports.filter(({ hostPort }) => hostPort > 0).map((port) => portMapping(port, traits)),
    ...own.maxEgress.map(
      (limit): EndpointPolicy => ({ Type: "QOS", Settings: { MaximumOutgoingBandwidthInBytes: limit } }),
    ),
    ...(options.outboundNat && !network.internal ? [outboundNat(options)] : []),
    ...(providerAddress === undefined
      ? []
      : [{ Type: "ProviderAddress", Settings: { ProviderAddress: providerAddress } } as const]),
    // Without a subnet there is none to have the network's tag.
    ...(options.vlan === undefined || network.ipam.pools.some(({ subnet }) => !subnet.endsWith("/0"))
      ? []
      : [{ Type: "VLAN", Settings: { IsolationId: options.vlan } } as const]),
    ...(mtu === undefined ? [] : [{ Type: "InterfaceParameters", Settings: { Mtu: mtu } } as const]),
    ...acls(endpoint, network, traits, icc),
  ];
}

const outboundNat = ({ outboundNatExceptions: exceptions }: HnsNetworkOptions): EndpointPolicy => ({
  Type: "OutBoundNAT",
  Settings: exceptions.length === 0 ? {} : { Exceptions: exceptions },
});

/** Without LocalRoutedVip, VFP leads nothing to an endpoint on this very host. */
function portMapping(
  { protocol, hostAddress, hostPort, targetPort }: PublishedPort,
  { ports }: HnsTraits,
): EndpointPolicy {
  const ipv6 = hostAddress.includes(":") ? NatFlags.IPv6 : 0;
  const flags = ports === "vfp" ? NatFlags.LocalRoutedVip | NatFlags.ExternalPortReserved | ipv6 : ipv6;
  return {
    Type: "PortMapping",
    Settings: {
      Protocol: PROTOCOL_NUMBERS[protocol],
      InternalPort: targetPort,
      ExternalPort: hostPort,
      ...(flags === 0 ? {} : { Flags: flags }),
    },
  };
}
