import type { Family } from "../model/network.ts";
import type { CallOptions } from "./platform.ts";

export interface PoolRequest {
  readonly addressSpace: "local" | "global";
  readonly family: Family;
  /** "10.7.0.0/24"; "0.0.0.0/26" asks for any pool of that size; absent: any. */
  readonly subnet?: string;
  readonly ipRange?: string;
  readonly options: Readonly<Record<string, string>>;
  /**
   * Prefixes that the pool must not overlap, whoever chooses it: routes of the host that are not cnm's own, name servers.
   * `what` tells the prefix's role in an error, where the prefix itself stands beside it: "host route via tun0". Left
   * empty when a pool is asked for again at start, and where an overlap is meant (a network on an existing link).
   */
  readonly avoid: readonly { readonly prefix: string; readonly what: string }[];
}

export interface Pool {
  readonly id: string;
  /** Canonical text. */
  readonly subnet: string;
  readonly ipRange?: string;
  /** What the driver says of the pool; `com.docker.network.gateway` names the gateway. */
  readonly data: Readonly<Record<string, string>>;
}

export interface AddressRequest {
  readonly poolId: string;
  /** "10.7.0.9"; absent: any free one. */
  readonly address?: string;
  /** RequestAddressType, com.docker.network.endpoint.macaddress, com.docker.network.ipam.serial… */
  readonly options: Readonly<Record<string, string>>;
}

export interface IpamCapabilities {
  readonly requiresMacAddress: boolean;
  /** The driver keeps nothing itself: pools and addresses are asked for again at each start. */
  readonly requiresReplay: boolean;
}

/** Hands out pools and addresses. The shape is libnetwork's ipamapi, so that a remote plugin fits behind it. */
export interface IpamDriver {
  readonly name: string;
  capabilities(options?: CallOptions): Promise<IpamCapabilities>;
  /**
   * Throws CnmError: `forbidden` "pool-overlap" naming both, `forbidden` "route-overlap" naming what is to be avoided;
   * `invalid` for a bad prefix; `unavailable` "no-pool" when none is left.
   */
  requestPool(request: PoolRequest, options?: CallOptions): Promise<Pool>;
  /** Releasing a pool that is not there is no error. */
  releasePool(poolId: string, options?: CallOptions): Promise<void>;
  /**
   * "10.7.0.9/24", with the pool's prefix length.
   * Throws CnmError: `not-found` "no-such-pool"; `forbidden` "address-in-use"; `invalid` "address-out-of-range"; `unavailable` "no-address".
   */
  requestAddress(request: AddressRequest, options?: CallOptions): Promise<{ readonly address: string }>;
  /** The address is given without a prefix length. Releasing a free one, or one of a pool that is gone, is no error. */
  releaseAddress(poolId: string, address: string, options?: CallOptions): Promise<void>;
  /** Addresses that were given back before the last stop, oldest first: not to be handed out at once. */
  restoreReleased?(poolId: string, addresses: readonly string[]): void;
}
