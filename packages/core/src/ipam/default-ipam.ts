import { parseAddress } from "../address/address.ts";
import { isLinkLocal } from "../address/classify.ts";
import { contains, formatPrefix, overlaps, type Prefix, parsePrefix } from "../address/prefix.ts";
import type { AddressRequest, IpamCapabilities, IpamDriver, Pool, PoolRequest } from "../contracts/ipam-driver.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { AddressPool } from "./address-pool.ts";
import { type Blocker, findFreePrefix } from "./find-free-prefix.ts";
import { noPoolLeft, OWN_POOLS } from "./no-pool-left.ts";
import {
  GLOBAL_POOLS,
  LOCAL_POOLS,
  type PoolSource,
  type PredefinedPool,
  poolSources,
  uniqueLocalPool,
} from "./predefined-pools.ts";

export interface DefaultIpamOptions {
  /** The host's own IPv6 pools are derived from a hash of this, unless `localPools` has IPv6 ones. */
  readonly hostId: string;
  /** Where networks of this host get their subnets; Docker's 31 where absent. Replaces the defaults of each family it has. */
  readonly localPools?: readonly PredefinedPool[];
  /** The same for networks of many hosts; 10.0.0.0/8 cut into /24 where absent. There are no IPv6 ones by default. */
  readonly globalPools?: readonly PredefinedPool[];
}

type AddressSpace = PoolRequest["addressSpace"];

/** Hand out the next address after the last one, rather than the lowest free one. */
const SERIAL = "com.docker.network.ipam.serial";

/**
 * The IPAM driver "default": Docker's pools and rules. It keeps everything in memory; the controller asks for pools and
 * addresses again at each start.
 *
 * @throws CnmError `invalid` that names every fault of the pools.
 */
export function defaultIpam(options: DefaultIpamOptions): IpamDriver {
  return new DefaultIpam(options);
}

class DefaultIpam implements IpamDriver {
  readonly name = "default";
  readonly #sources: Readonly<Record<AddressSpace, readonly PoolSource[]>>;
  readonly #pools: Readonly<Record<AddressSpace, Map<string, AddressPool>>> = { local: new Map(), global: new Map() };

  constructor(options: DefaultIpamOptions) {
    this.#sources = {
      local: poolSources("localPools", options.localPools, [...LOCAL_POOLS, uniqueLocalPool(options.hostId)]),
      global: poolSources("globalPools", options.globalPools, GLOBAL_POOLS),
    };
  }

  async capabilities(): Promise<IpamCapabilities> {
    return { requiresMacAddress: false, requiresReplay: true };
  }

  async requestPool(request: PoolRequest): Promise<Pool> {
    const space = request.addressSpace;
    const avoid = request.avoid.map(({ prefix, what }) => ({ prefix: parsePrefix(prefix), what })).filter(isParticular);
    const asked = request.subnet === undefined ? undefined : parsePrefix(request.subnet);
    if (asked !== undefined) checkFamily(request, asked);
    const named = asked !== undefined && asked.value !== 0n ? asked : undefined;
    const range = readRange(request, named);

    const subnet = named ?? this.#findFree(request, avoid, asked?.length);
    if (named !== undefined) this.#refuseOverlap(space, named, avoid);

    const pool = new AddressPool(poolId(space, subnet, range), subnet, range);
    this.#pools[space].set(pool.id, pool);
    return {
      id: pool.id,
      subnet: formatPrefix(subnet),
      ...(range === undefined ? {} : { ipRange: formatPrefix(range) }),
      data: {},
    };
  }

  /** Releasing a pool that is not there is no error: whoever tears down may do so twice. */
  async releasePool(id: string): Promise<void> {
    for (const pools of Object.values(this.#pools)) pools.delete(id);
  }

  async requestAddress(request: AddressRequest): Promise<{ readonly address: string }> {
    const pool = this.#pool(request.poolId);
    if (pool === undefined) {
      throw new CnmError("not-found", "no-such-pool", `the IPAM driver "default" has no pool ${request.poolId}`);
    }
    if (request.address === undefined) {
      const taken = pool.takeFree(request.options[SERIAL] === "true");
      return { address: formatPrefix({ ...taken, length: pool.subnet.length }) };
    }
    const address = parseAddress(request.address);
    pool.take(address);
    return { address: formatPrefix({ ...address, length: pool.subnet.length }) };
  }

  async releaseAddress(id: string, address: string): Promise<void> {
    this.#pool(id)?.giveBack(parseAddress(address));
  }

  restoreReleased(id: string, addresses: readonly string[]): void {
    this.#pool(id)?.restoreReleased(addresses.map(parseAddress));
  }

  #pool(id: string): AddressPool | undefined {
    return this.#pools.local.get(id) ?? this.#pools.global.get(id);
  }

  #findFree(request: PoolRequest, avoid: readonly Blocker[], length: number | undefined): Prefix {
    const { addressSpace: space, family } = request;
    const sources = this.#sources[space]
      .filter(({ base }) => base.family === family && base.length <= (length ?? base.length))
      .map(({ base, size }) => ({ base, size: length ?? size }));
    const own = [...this.#pools[space].values()].map(({ subnet }) => ({ prefix: subnet, what: OWN_POOLS }));
    const result = findFreePrefix(sources, [...own, ...avoid]);
    if (result.found !== undefined) return result.found;
    throw noPoolLeft(request, length, result);
  }

  #refuseOverlap(space: AddressSpace, subnet: Prefix, avoid: readonly Blocker[]): void {
    for (const other of this.#pools[space].values()) {
      if (!overlaps(other.subnet, subnet)) continue;
      const message = `subnet ${formatPrefix(subnet)} overlaps ${formatPrefix(other.subnet)}, which another network has`;
      throw new CnmError("forbidden", "pool-overlap", message);
    }
    for (const { prefix, what } of avoid) {
      if (!overlaps(prefix, subnet)) continue;
      const message = `subnet ${formatPrefix(subnet)} overlaps ${formatPrefix(prefix)} (${what})`;
      throw new CnmError("forbidden", "route-overlap", message);
    }
  }
}

function checkFamily({ family }: PoolRequest, asked: Prefix): void {
  if (asked.family === family) return;
  throw new CnmError("invalid", "invalid-pool", `subnet ${formatPrefix(asked)} is not an IPv${family} one`);
}

function readRange({ ipRange }: PoolRequest, subnet: Prefix | undefined): Prefix | undefined {
  if (ipRange === undefined) return undefined;
  const range = parsePrefix(ipRange);
  if (subnet === undefined) {
    throw new CnmError("invalid", "invalid-pool", `ip-range ${ipRange} needs a subnet that it is a part of`);
  }
  if (!contains(subnet, range)) {
    throw new CnmError("invalid", "invalid-pool", `ip-range ${ipRange} is not in subnet ${formatPrefix(subnet)}`);
  }
  return range;
}

/**
 * Routes that mean "everywhere" forbid nothing: VPNs replace the default route by 0.0.0.0/1 and 128.0.0.0/1, or by
 * 2000::/3. IPv6 link-local routes are there on every link and mean that link only.
 */
function isParticular({ prefix }: Blocker): boolean {
  if (prefix.family === 4) return prefix.length > 1;
  return prefix.length > 3 && !isLinkLocal(prefix);
}

const poolId = (space: AddressSpace, subnet: Prefix, range: Prefix | undefined): string =>
  [space, formatPrefix(subnet), ...(range === undefined ? [] : [formatPrefix(range)])].join("/");
