import {
  type AddressRequest,
  CnmError,
  contains,
  formatAddress,
  formatPrefix,
  type IpamCapabilities,
  type IpamDriver,
  type Pool,
  type PoolRequest,
  parseAddress,
  parsePrefix,
  wildcardAddress,
} from "@cnm/core";

export const WINDOWS_IPAM = "windows";

/** Docker's names, for what an address is wanted for. */
const REQUEST_TYPE = "RequestAddressType";
const GATEWAY = "com.docker.network.gateway";

/** What the driver calls the pool of a subnet. */
export const windowsPoolId = (subnet: string): string => `${WINDOWS_IPAM}/${subnet}`;

/**
 * The IPAM driver "windows": HNS hands out addresses, unless one is preferred. It keeps nothing: the unspecified address
 * stands for one that HNS is to choose, and so does the pool 0.0.0.0/0 for a subnet. The platform tells what was chosen.
 */
export function windowsIpam(): IpamDriver {
  return new WindowsIpam();
}

class WindowsIpam implements IpamDriver {
  readonly name = WINDOWS_IPAM;

  async capabilities(): Promise<IpamCapabilities> {
    return { requiresMacAddress: false, requiresReplay: false };
  }

  async requestPool({ family, subnet, ipRange }: PoolRequest): Promise<Pool> {
    if (ipRange !== undefined) throw unsupported(`HNS chooses from the whole subnet, not from the range ${ipRange}`);
    if (subnet === undefined) {
      if (family === 6) throw unsupported("HNS chooses no IPv6 subnets: name one");
      return { id: windowsPoolId("0.0.0.0/0"), subnet: "0.0.0.0/0", data: {} };
    }
    const prefix = parsePrefix(subnet);
    if (prefix.family !== family) {
      throw new CnmError("invalid", "invalid-pool", `${subnet} is no IPv${family} subnet`);
    }
    const text = formatPrefix(prefix);
    return { id: windowsPoolId(text), subnet: text, data: {} };
  }

  async releasePool(): Promise<void> {}

  async requestAddress({ poolId, address, options }: AddressRequest): Promise<{ readonly address: string }> {
    const pool = poolOf(poolId);
    if (address !== undefined) {
      const wanted = parseAddress(address);
      if (contains(pool, wanted)) return { address: `${formatAddress(wanted)}/${pool.length}` };
      const message = `address ${address} is not in ${formatPrefix(pool)}`;
      throw new CnmError("invalid", "address-out-of-range", message);
    }
    if (options[REQUEST_TYPE] === GATEWAY && pool.length > 0) {
      return { address: `${formatAddress({ family: pool.family, value: pool.value + 1n })}/${pool.length}` };
    }
    return { address: `${wildcardAddress(pool.family)}/${pool.length}` };
  }

  async releaseAddress(): Promise<void> {}
}

function poolOf(poolId: string) {
  if (!poolId.startsWith(`${WINDOWS_IPAM}/`)) {
    throw new CnmError("not-found", "no-such-pool", `the IPAM driver "windows" has no pool ${JSON.stringify(poolId)}`);
  }
  return parsePrefix(poolId.slice(WINDOWS_IPAM.length + 1));
}

/** Docker's sentence, with the name that it means. */
function unsupported(why: string): CnmError {
  const message = `This request is not supported by the windows ipam driver: ${why}`;
  return new CnmError("invalid", "invalid-pool", message);
}
