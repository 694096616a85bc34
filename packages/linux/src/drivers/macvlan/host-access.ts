import type { Family, Network } from "@cnm/core";

/** The auxiliary address that is the host's, of each subnet. The user may choose it; else IPAM does. */
const NAMES: Readonly<Record<Family, string>> = { 4: "HostAccessIPv4", 6: "HostAccessIPv6" };

export const hostAddressName = (family: Family): string => NAMES[family];

export interface HostAddress {
  readonly family: Family;
  readonly poolId: string;
  readonly address: string;
  /** Of a single address. */
  readonly bits: 32 | 128;
}

export function hostAddresses({ ipam }: Network): readonly HostAddress[] {
  return ipam.pools.flatMap(({ family, poolId, auxAddresses }) => {
    const address = auxAddresses[NAMES[family]];
    return address === undefined ? [] : [{ family, poolId, address, bits: family === 4 ? 32 : 128 } as const];
  });
}
