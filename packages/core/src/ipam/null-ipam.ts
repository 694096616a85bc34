import type { AddressRequest, IpamCapabilities, IpamDriver, Pool, PoolRequest } from "../contracts/ipam-driver.ts";
import { CnmError } from "../errors/cnm-error.ts";

/** The IPAM driver "null", for networks without addresses of their own: one pool a family, and nothing in it. */
export function nullIpam(): IpamDriver {
  return new NullIpam();
}

class NullIpam implements IpamDriver {
  readonly name = "null";

  async capabilities(): Promise<IpamCapabilities> {
    return { requiresMacAddress: false, requiresReplay: false };
  }

  async requestPool(request: PoolRequest): Promise<Pool> {
    const everything = request.family === 4 ? "0.0.0.0/0" : "::/0";
    const asked = [request.subnet, request.ipRange].find((text) => text !== undefined && text !== everything);
    if (asked !== undefined) {
      throw new CnmError("invalid", "invalid-pool", `the IPAM driver "null" has no addresses: ${asked} cannot be had`);
    }
    return { id: `null/${everything}`, subnet: everything, data: {} };
  }

  async releasePool(): Promise<void> {}

  async requestAddress(request: AddressRequest): Promise<{ readonly address: string }> {
    const wanted = request.address === undefined ? "" : `: ${request.address} cannot be had`;
    throw new CnmError("unavailable", "no-address", `the IPAM driver "null" has no addresses${wanted}`);
  }

  async releaseAddress(): Promise<void> {}
}
