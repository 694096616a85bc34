import { createHash } from "node:crypto";
import { addressBits } from "../address/address.ts";
import { formatPrefix, overlaps, type Prefix, parsePrefix, readPrefix } from "../address/prefix.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import type { Family } from "../model/network.ts";

/** A network that is cut into subnets of one size; Docker's `default-address-pools` has the same shape. */
export interface PredefinedPool {
  /** "172.20.0.0/14" */
  readonly base: string;
  /** The prefix length of each subnet: 16 cuts a /14 into four. */
  readonly size: number;
}

export interface PoolSource {
  readonly base: Prefix;
  readonly size: number;
}

/** 31 subnets of RFC 1918, in the order that Docker uses them in. */
export const LOCAL_POOLS: readonly PredefinedPool[] = [
  { base: "172.17.0.0/16", size: 16 },
  { base: "172.18.0.0/16", size: 16 },
  { base: "172.19.0.0/16", size: 16 },
  { base: "172.20.0.0/14", size: 16 },
  { base: "172.24.0.0/14", size: 16 },
  { base: "172.28.0.0/14", size: 16 },
  { base: "192.168.0.0/16", size: 20 },
];

export const GLOBAL_POOLS: readonly PredefinedPool[] = [{ base: "10.0.0.0/8", size: 24 }];

/**
 * The sources that a driver draws from: the given pools; for a family that these leave out, the defaults of it.
 * @throws CnmError `invalid` that names every fault.
 */
export function poolSources(
  option: string,
  given: readonly PredefinedPool[] | undefined,
  defaults: readonly PredefinedPool[],
): readonly PoolSource[] {
  const sources = readSources(option, given ?? []);
  const named = new Set<Family>(sources.map(({ base }) => base.family));
  const rest = defaults
    .map(({ base, size }) => ({ base: parsePrefix(base), size }))
    .filter(({ base }) => !named.has(base.family));
  return [...sources, ...rest];
}

/**
 * The host's own 65,536 IPv6 subnets: a unique local prefix (RFC 4193) whose 40 "random" bits come from a hash of the
 * host's id, so that it is the same after each start and another one on each host. Docker derives it in the same way.
 */
export function uniqueLocalPool(hostId: string): PredefinedPool {
  const globalId = createHash("sha256").update(hostId).digest().subarray(3, 8);
  const value = BigInt(`0xfd${globalId.toString("hex")}`) << 80n;
  return { base: formatPrefix({ family: 6, value, length: 48 }), size: 64 };
}

function readSources(option: string, pools: readonly PredefinedPool[]): readonly PoolSource[] {
  const faults: string[] = [];
  const sources: { readonly name: string; readonly source: PoolSource }[] = [];
  for (const [index, pool] of pools.entries()) {
    const name = `${option}[${index}]`;
    const base = readPrefix(pool.base);
    if (typeof base === "string") {
      faults.push(`${name}.base ${JSON.stringify(pool.base)} is no network: ${base}`);
      continue;
    }
    const bits = addressBits(base.family);
    if (!Number.isInteger(pool.size) || pool.size < base.length || pool.size > bits) {
      faults.push(`${name}.size ${pool.size} is no prefix length from ${base.length} (that of the base) to ${bits}`);
    }
    const other = sources.find(({ source }) => overlaps(source.base, base));
    if (other !== undefined) faults.push(`${name}.base ${pool.base} overlaps ${other.name}.base`);
    sources.push({ name, source: { base, size: pool.size } });
  }
  if (faults.length > 0) throw invalidOptions("address pools", faults);
  return sources.map(({ source }) => source);
}
