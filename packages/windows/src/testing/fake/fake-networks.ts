import { formatAddress, overlaps, parsePrefix } from "@cnm/core";
import { newGuid } from "../../hcn/guid.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import type { HostComputeNetwork, Subnet } from "../../hcn/network.ts";
import { ADAPTER_NOT_FOUND, DUPLICATE_NAME, NETWORK_ALREADY_EXISTS } from "./hresults.ts";

/** Types whose virtual switch is on an adapter. */
const EXTERNAL: ReadonlySet<string> = new Set(["Transparent", "L2Bridge", "L2Tunnel", "Overlay"]);
const TRANSLATED: ReadonlySet<string> = new Set(["NAT", "ICS"]);

/** What HNS makes of a new network: ids, a subnet and MAC addresses where none were given. */
export function settleNetwork(
  network: HostComputeNetwork,
  others: readonly HostComputeNetwork[],
  adapters: readonly string[],
): HostComputeNetwork {
  const refuse = (hresult: number): never => {
    throw new HcnError({ operation: `HcnCreateNetwork ${network.Name ?? network.ID}`, hresult });
  };
  if (network.Name !== undefined && others.some(({ Name }) => Name === network.Name)) refuse(NETWORK_ALREADY_EXISTS);
  if (EXTERNAL.has(network.Type) && !hasAdapter(network, adapters)) refuse(ADAPTER_NOT_FOUND);
  const subnets = subnetsOf(network);
  const settled = subnets.length > 0 || !TRANSLATED.has(network.Type) ? subnets : [freeSubnet(others)];
  if (TRANSLATED.has(network.Type) && settled.some((subnet) => clashes(subnet, others))) refuse(DUPLICATE_NAME);
  return {
    ...network,
    Ipams: [{ Type: "Static", Subnets: settled.map((subnet) => ({ ...subnet, ID: subnet.ID ?? newGuid() })) }],
    MacPool: network.MacPool ?? {
      Ranges: [{ StartMacAddress: "00-15-5D-00-10-00", EndMacAddress: "00-15-5D-00-1F-FF" }],
    },
  };
}

export const subnetsOf = ({ Ipams = [] }: HostComputeNetwork): readonly Subnet[] =>
  Ipams.flatMap(({ Subnets }) => Subnets);

/** None named: HNS takes the first one. */
function hasAdapter({ Policies = [] }: HostComputeNetwork, adapters: readonly string[]): boolean {
  const named = Policies.flatMap((policy) =>
    policy.Type === "NetAdapterName" ? [policy.Settings.NetworkAdapterName] : [],
  );
  return named.length === 0 ? adapters.length > 0 : named.every((name) => adapters.includes(name));
}

function clashes({ IpAddressPrefix }: Subnet, others: readonly HostComputeNetwork[]): boolean {
  const prefix = parsePrefix(IpAddressPrefix);
  return others
    .filter(({ Type }) => TRANSLATED.has(Type))
    .flatMap(subnetsOf)
    .map((subnet) => parsePrefix(subnet.IpAddressPrefix))
    .some((other) => other.family === prefix.family && overlaps(prefix, other));
}

function freeSubnet(others: readonly HostComputeNetwork[]): Subnet {
  for (let second = 16; second < 32; second++) {
    const subnet = { IpAddressPrefix: `172.${second}.0.0/20` };
    if (clashes(subnet, others)) continue;
    const { family, value } = parsePrefix(subnet.IpAddressPrefix);
    const gateway = formatAddress({ family, value: value + 1n });
    return { ...subnet, Routes: [{ NextHop: gateway, DestinationPrefix: "0.0.0.0/0" }] };
  }
  throw new HcnError({ operation: "HcnCreateNetwork", hresult: DUPLICATE_NAME });
}
