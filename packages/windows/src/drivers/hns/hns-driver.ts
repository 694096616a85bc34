import {
  type Family,
  formatAddress,
  type HostPool,
  type Network,
  type NetworkDraft,
  type PlanningDriver,
  parsePrefix,
} from "@cnm/core";
import { WINDOWS_IPAM } from "../../ipam/windows-ipam.ts";
import type { WindowsResource } from "../../resources/resource.ts";
import { endpointFaults } from "./endpoint-options.ts";
import { networkClash, networkFaults } from "./network-faults.ts";
import { type HnsNetworkOptions, readNetworkOptions } from "./network-options.ts";
import { planEndpoint } from "./plan-endpoint.ts";
import { planNetwork } from "./plan-network.ts";
import { portPolicy } from "./port-faults.ts";
import type { HnsTraits } from "./traits.ts";

/** What the address is called that HNS takes for itself. */
const HOST_ENDPOINT = "HnsHostEndpoint";

/** A driver of one type of HNS network. */
export function hnsDriver(traits: HnsTraits): PlanningDriver<WindowsResource> {
  const known = new WeakMap<Network["options"], HnsNetworkOptions>();
  const read = ({ options }: Pick<Network, "options">): HnsNetworkOptions => {
    const parsed = known.get(options) ?? readNetworkOptions(options, traits).options;
    known.set(options, parsed);
    return parsed;
  };
  return {
    name: traits.name,
    scope: traits.scope,
    defaultIpam: traits.defaultIpam,
    networkFaults: (network) => networkFaults(network, traits),
    networkClash: (network, others) => networkClash(network, others, read),
    needsGateway: (network, family) => needsGateway(network, family, traits),
    hostAddresses: (network, pool) => hostAddresses(network, pool, traits),
    endpointFaults: (endpoint, network) => endpointFaults(endpoint, network, traits, read(network)),
    interfacePrefix: () => "Ethernet",
    offersGateway: (network, family) => offersGateway(network, family, traits),
    portPolicy: (network) => portPolicy(network, traits),
    planNetwork: (network) => planNetwork(network, traits, read(network)),
    planEndpoint: (endpoint, context) => planEndpoint(endpoint, context, traits, read(context.network)),
  };
}

/** Where HNS chooses the subnet, it chooses the gateway as well. */
function needsGateway({ pools, ipam }: NetworkDraft, family: Family, { gateway }: HnsTraits): boolean {
  if (gateway === "none") return false;
  return ipam.driver !== "windows" || pools.some((pool) => pool.family === family && pool.subnet !== undefined);
}

/** What HNS would refuse to give an endpoint. By the IPAM driver "windows" it chooses itself, and knows. */
function hostAddresses(
  { ipam }: NetworkDraft,
  { family, subnet }: HostPool,
  { hostEndpoint = false }: HnsTraits,
): Readonly<Record<string, string>> {
  if (!hostEndpoint || family === 6 || ipam.driver === WINDOWS_IPAM) return {};
  const { value } = parsePrefix(subnet);
  return { [HOST_ENDPOINT]: formatAddress({ family, value: value + 2n }) };
}

function offersGateway({ internal, ipam }: Network, family: Family, { gateway, type }: HnsTraits): boolean {
  if (internal || gateway === "none" || type === "Internal") return false;
  const pool = ipam.pools.find((candidate) => candidate.family === family);
  // DHCP tells the endpoint of a router that the model does not know.
  return pool !== undefined && (pool.gateway !== undefined || (type === "Transparent" && pool.subnet.endsWith("/0")));
}
