import type { Endpoint, Family, Network } from "@cnm/core";

/** The gateway that the user named for the subnet that an endpoint's address is of. A network may have several. */
export function gatewayFor(
  { ipam }: Network,
  { addresses }: Pick<Endpoint, "addresses">,
  family: Family,
): string | undefined {
  const address = addresses.find((one) => one.family === family && one.poolId !== undefined);
  return ipam.pools.find(({ poolId }) => poolId === address?.poolId)?.gateway;
}

export const defaultRoute = (family: Family): string => (family === 4 ? "0.0.0.0/0" : "::/0");

/** The families in which the sandbox's way out leads through this endpoint. */
export const ways = ({ gateway }: Endpoint): readonly Family[] => [
  ...(gateway.ipv4 ? ([4] as const) : []),
  ...(gateway.ipv6 ? ([6] as const) : []),
];
