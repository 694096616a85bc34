import {
  type Endpoint,
  type EndpointAddress,
  type Family,
  type HostChoices,
  type Network,
  type NetworkPool,
  readAddress,
  readPrefix,
} from "@cnm/core";
import { modelMac } from "../drivers/hns/mac.ts";
import { idOf } from "../drivers/hns/names.ts";
import * as labels from "../drivers/labels.ts";
import type { HostComputeEndpoint } from "../hcn/endpoint.ts";
import { guid, isGuid } from "../hcn/guid.ts";
import type { HcnClient } from "../hcn/hcn-client.ts";
import type { HostComputeNetwork } from "../hcn/network.ts";
import { WINDOWS_IPAM, windowsPoolId } from "../ipam/windows-ipam.ts";

/** Reads back what HNS chose where a document left it open. */
export function hnsChoices(client: Pick<HcnClient, "networks" | "endpoints">): HostChoices {
  return {
    async network(network) {
      if (!network.ipam.pools.some(isOpen)) return network;
      const adopted = network.options[labels.HNS_ID];
      const id = adopted !== undefined && isGuid(adopted) ? guid(adopted) : idOf({ kind: "network", id: network.id });
      return networkAsMade(network, await client.networks.get(id));
    },
    async endpoint(endpoint, network) {
      if (network.driver === "null") return endpoint;
      const id = idOf({ kind: "endpoint", id: endpoint.id });
      return endpointAsMade(endpoint, network, await client.endpoints.get(id));
    },
  };
}

const isOpen = ({ subnet }: NetworkPool): boolean => subnet.endsWith("/0");

function networkAsMade(network: Network, { Ipams = [] }: HostComputeNetwork): Network {
  const chosen = Ipams.flatMap(({ Subnets }) => Subnets).flatMap(({ IpAddressPrefix, Routes = [] }): NetworkPool[] => {
    const prefix = readPrefix(IpAddressPrefix);
    if (typeof prefix === "string" || prefix.length === 0) return [];
    const gateway = Routes.find(({ DestinationPrefix }) => DestinationPrefix?.endsWith("/0") === true)?.NextHop;
    const known = gateway === undefined || gateway === "" ? {} : { gateway };
    const poolId = windowsPoolId(IpAddressPrefix);
    return [{ family: prefix.family, poolId, subnet: IpAddressPrefix, ...known, auxAddresses: {} }];
  });
  // A LAN with DHCP keeps its open pool: nobody but its server knows the subnet.
  const pools = network.ipam.pools.flatMap((pool) => {
    const own = chosen.filter(({ family }) => family === pool.family);
    return isOpen(pool) && own.length > 0 ? own : [pool];
  });
  return { ...network, ipam: { ...network.ipam, pools } };
}

function endpointAsMade(
  endpoint: Endpoint,
  network: Network,
  { IpConfigurations = [], MacAddress }: HostComputeEndpoint,
): Endpoint {
  const shown = IpConfigurations.flatMap(({ IpAddress, PrefixLength }) => addressOf(network, IpAddress, PrefixLength));
  const addresses = endpoint.addresses.flatMap((asked) =>
    isUnspecified(asked) ? shown.filter(({ family }) => family === asked.family) : [asked],
  );
  const unchanged = addresses.length === endpoint.addresses.length && !endpoint.addresses.some(isUnspecified);
  const mac = MacAddress === undefined || MacAddress === "" ? endpoint.macAddress : modelMac(MacAddress);
  if (unchanged && mac === endpoint.macAddress) return endpoint;
  return { ...endpoint, addresses: unchanged ? endpoint.addresses : addresses, macAddress: mac };
}

const isUnspecified = ({ address }: EndpointAddress): boolean => /^(0\.0\.0\.0|::)\//.test(address);

function addressOf(network: Network, text = "", length: number | undefined): readonly EndpointAddress[] {
  const address = readAddress(text);
  if (typeof address === "string" || address.value === 0n) return [];
  const family: Family = address.family;
  const pool = network.ipam.pools.find((candidate) => candidate.family === family);
  const bits = length ?? Number(pool?.subnet.split("/")[1] ?? (family === 4 ? 32 : 128));
  const from = pool === undefined || network.ipam.driver !== WINDOWS_IPAM ? {} : { poolId: pool.poolId };
  return [{ family, address: `${text}/${bits}`, ...from }];
}
