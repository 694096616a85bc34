import { contains, formatAddress, lastAddress, parseAddress, parsePrefix } from "@cnm/core";
import { EndpointFlags, type HostComputeEndpoint, type IpConfiguration } from "../../hcn/endpoint.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import type { HostComputeNetwork, Subnet } from "../../hcn/network.ts";
import type { EndpointPolicy, EndpointPolicySettings } from "../../hcn/policies/endpoint-policy.ts";
import { NatFlags } from "../../hcn/policies/port-mapping.ts";
import { subnetsOf } from "./fake-networks.ts";
import {
  ADDR_INVALID_OR_RESERVED,
  INVALID_INTERNAL_PORT,
  INVALID_IP,
  INVALID_POLICY,
  MAPPING_NOT_SUPPORTED,
  PORT_ALREADY_EXISTS,
  SUBNET_NOT_FOUND,
} from "./hresults.ts";

/** Of the ports that HNS chooses. */
const FIRST_PORT = 49_152;

const PUBLISHES_NOTHING: ReadonlySet<string> = new Set(["Transparent", "Private", "Internal"]);

/** What HNS makes of a new endpoint: addresses, a MAC address and routes where none were given. */
export function settleEndpoint(
  endpoint: HostComputeEndpoint,
  network: HostComputeNetwork,
  others: readonly HostComputeEndpoint[],
): HostComputeEndpoint {
  const refuse = refusal(`HcnCreateEndpoint ${endpoint.Name ?? endpoint.ID}`);
  const siblings = others.filter(({ HostComputeNetwork }) => HostComputeNetwork === network.ID);
  const remote = ((endpoint.Flags ?? 0) & EndpointFlags.RemoteEndpoint) !== 0;
  const subnets = subnetsOf(network);
  const taken = new Set([
    ...siblings.flatMap(addressesOf),
    ...subnets.flatMap((subnet) => reservedOf(subnet, network)),
  ]);
  const configurations = (endpoint.IpConfigurations ?? []).map((configuration) =>
    remote ? configuration : checkAddress(configuration, subnets, taken, refuse),
  );
  const chosen = configurations.length > 0 || subnets.length === 0 ? configurations : [choose(subnets, taken, refuse)];
  return {
    ...endpoint,
    IpConfigurations: chosen,
    MacAddress: endpoint.MacAddress ?? nextMac(siblings),
    Routes: endpoint.Routes ?? (remote ? [] : subnets.flatMap(({ Routes = [] }) => Routes)),
    Policies: settlePolicies(endpoint, endpoint.Policies ?? [], network, others),
  };
}

/** Ports that were left to HNS are chosen; what it refuses is refused. */
export function settlePolicies(
  endpoint: HostComputeEndpoint,
  policies: readonly EndpointPolicy[],
  network: HostComputeNetwork,
  others: readonly HostComputeEndpoint[],
): readonly EndpointPolicy[] {
  const refuse = refusal(`policies of endpoint ${endpoint.Name ?? endpoint.ID}`);
  const taken = new Set(
    others.filter(({ ID }) => ID !== endpoint.ID).flatMap(({ Policies = [] }) => Policies.flatMap(portOf)),
  );
  return policies.map((policy) => {
    if (policy.Type === "ACL" && anyIn(policy.Settings)) refuse(INVALID_POLICY);
    if (policy.Type !== "PortMapping") return policy;
    const { InternalPort, ExternalPort = 0 } = policy.Settings;
    const table = tableOf(policy.Settings);
    if (PUBLISHES_NOTHING.has(network.Type)) refuse(MAPPING_NOT_SUPPORTED);
    if (InternalPort === 0) refuse(INVALID_INTERNAL_PORT);
    let port = ExternalPort === 0 ? FIRST_PORT : ExternalPort;
    while (ExternalPort === 0 && taken.has(`${table}/${port}`)) port++;
    if (taken.has(`${table}/${port}`)) refuse(PORT_ALREADY_EXISTS);
    taken.add(`${table}/${port}`);
    return { ...policy, Settings: { ...policy.Settings, ExternalPort: port } };
  });
}

type Refuse = (hresult: number) => never;

const refusal =
  (operation: string): Refuse =>
  (hresult) => {
    throw new HcnError({ operation, hresult });
  };

const portOf = (policy: EndpointPolicy): readonly string[] =>
  policy.Type === "PortMapping" ? [`${tableOf(policy.Settings)}/${policy.Settings.ExternalPort}`] : [];

/** Ports of IPv4 and IPv6 are two things. */
const tableOf = ({ Protocol, Flags = 0 }: EndpointPolicySettings<"PortMapping">): string =>
  `${Protocol}${(Flags & NatFlags.IPv6) === 0 ? "" : " IPv6"}`;

const anyIn = (settings: { readonly LocalAddresses?: string; readonly RemoteAddresses?: string }): boolean =>
  [settings.LocalAddresses, settings.RemoteAddresses].some((addresses) => addresses?.toLowerCase() === "any");

const addressesOf = ({ IpConfigurations = [] }: HostComputeEndpoint): readonly string[] =>
  IpConfigurations.flatMap(({ IpAddress }) => (IpAddress === undefined ? [] : [IpAddress]));

/** The first and the last address, the gateways, and where HNS has an endpoint itself. */
function reservedOf({ IpAddressPrefix, Routes = [] }: Subnet, { Type }: HostComputeNetwork): readonly string[] {
  const prefix = parsePrefix(IpAddressPrefix);
  const hasHostEndpoint = (Type === "L2Bridge" || Type === "Overlay") && prefix.family === 4;
  return [
    ...(hasHostEndpoint ? [formatAddress({ ...prefix, value: prefix.value + 2n })] : []),
    formatAddress(prefix),
    formatAddress(lastAddress(prefix)),
    ...Routes.flatMap(({ NextHop }) => (NextHop === undefined ? [] : [NextHop])),
  ];
}

function checkAddress(
  configuration: IpConfiguration,
  subnets: readonly Subnet[],
  taken: ReadonlySet<string>,
  refuse: Refuse,
): IpConfiguration {
  const { IpAddress } = configuration;
  if (IpAddress === undefined) return choose(subnets, taken, refuse);
  const address = parseAddress(IpAddress);
  const subnet = subnets.find(({ IpAddressPrefix }) => contains(parsePrefix(IpAddressPrefix), address));
  if (subnet === undefined) return refuse(INVALID_IP);
  if (taken.has(IpAddress)) refuse(ADDR_INVALID_OR_RESERVED);
  return { ...configuration, PrefixLength: configuration.PrefixLength ?? parsePrefix(subnet.IpAddressPrefix).length };
}

function choose(subnets: readonly Subnet[], taken: ReadonlySet<string>, refuse: Refuse): IpConfiguration {
  const [subnet] = subnets;
  if (subnet === undefined) return refuse(SUBNET_NOT_FOUND);
  const prefix = parsePrefix(subnet.IpAddressPrefix);
  for (let value = prefix.value + 1n; value < lastAddress(prefix).value; value++) {
    const IpAddress = formatAddress({ family: prefix.family, value });
    if (!taken.has(IpAddress)) return { IpAddress, PrefixLength: prefix.length };
  }
  return refuse(SUBNET_NOT_FOUND);
}

function nextMac(siblings: readonly HostComputeEndpoint[]): string {
  const taken = new Set(siblings.map(({ MacAddress }) => MacAddress));
  for (let number = 0x1000; ; number++) {
    const [, high, low] = /^(..)(..)$/.exec(number.toString(16).toUpperCase().padStart(4, "0")) ?? [];
    const mac = `00-15-5D-00-${high}-${low}`;
    if (!taken.has(mac)) return mac;
  }
}
