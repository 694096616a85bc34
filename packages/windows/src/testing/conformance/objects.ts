import type { HostComputeEndpoint } from "../../hcn/endpoint.ts";
import { type Guid, newGuid } from "../../hcn/guid.ts";
import type { HcnClient } from "../../hcn/hcn-client.ts";
import type { HostComputeNetwork } from "../../hcn/network.ts";

export const OWNER = "cnm:conformance";

/** A NAT network, 10.99.0.0/24 unless another prefix is given, whose gateway is its first address. */
export function natNetwork(client: HcnClient, name = "web", prefix = "10.99.0.0/24"): Promise<HostComputeNetwork> {
  const gateway = prefix.replace(/\.0\/\d+$/, ".1");
  return client.networks.create({
    ID: newGuid(),
    Name: name,
    Owner: OWNER,
    Type: "NAT",
    Ipams: [
      {
        Type: "Static",
        Subnets: [{ IpAddressPrefix: prefix, Routes: [{ NextHop: gateway, DestinationPrefix: "0.0.0.0/0" }] }],
      },
    ],
  });
}

export const endpointOf = (client: HcnClient, network: Guid, address?: string): Promise<HostComputeEndpoint> =>
  client.endpoints.create({
    ID: newGuid(),
    Owner: OWNER,
    HostComputeNetwork: network,
    ...(address === undefined ? {} : { IpConfigurations: [{ IpAddress: address, PrefixLength: 24 }] }),
  });

/** The addresses of an endpoint. */
export const addresses = ({ IpConfigurations = [] }: HostComputeEndpoint): readonly (string | undefined)[] =>
  IpConfigurations.map(({ IpAddress }) => IpAddress);

/** Deletes every object, in an order that HNS takes. */
export async function removeAll(client: HcnClient): Promise<void> {
  for (const objects of [client.loadBalancers, client.routes, client.endpoints, client.namespaces, client.networks]) {
    for (const { ID } of await objects.list()) await objects.delete(ID);
  }
}
