import type { Endpoint, Family, Network } from "@cnm/core";

/** The first address of a family, in its parts; "" and 0 where there is none, as the Engine API has it. */
export function addressOf({ addresses }: Endpoint, family: Family) {
  const text = addresses.find((entry) => entry.family === family && entry.poolId !== undefined)?.address ?? "";
  const [address = "", length = "0"] = text.split("/");
  return { text, address, length: Number(length) };
}

/** Addresses beside those of the network's pools. */
export const extraAddresses = ({ addresses }: Pick<Endpoint, "addresses">): readonly string[] =>
  addresses.filter(({ poolId }) => poolId === undefined).map(({ address }) => address.replace(/\/.*$/, ""));

/** The gateway of the pool that the endpoint's address is from. */
export function gatewayOf(network: Network, { addresses }: Endpoint, family: Family): string {
  const poolId = addresses.find((entry) => entry.family === family && entry.poolId !== undefined)?.poolId;
  if (network.internal) return "";
  return network.ipam.pools.find((pool) => pool.poolId === poolId)?.gateway ?? "";
}

/** Networks whose endpoints have no interface of their own. */
export const isPlaceholder = ({ driver }: Network): boolean => driver === "host" || driver === "null";
