import { addressBits } from "../address/address.ts";
import { lastAddress, type Prefix, prefixSize } from "../address/prefix.ts";
import type { PoolSource } from "./predefined-pools.ts";

/** A prefix that no pool may overlap, and who stands behind it. */
export interface Blocker {
  readonly prefix: Prefix;
  readonly what: string;
}

export type FreePrefix =
  | { readonly found: Prefix }
  /** How many prefixes there are, and how many of them each blocker is the first to cover. */
  | { readonly found: undefined; readonly total: bigint; readonly blocked: ReadonlyMap<Blocker, bigint> };

/** The first prefix, in the order of the sources, that overlaps no blocker. */
export function findFreePrefix(sources: readonly PoolSource[], blockers: readonly Blocker[]): FreePrefix {
  const sorted = [...blockers].sort(byStart);
  const blocked = new Map<Blocker, bigint>();
  let total = 0n;
  for (const source of sources) {
    const found = searchSource(source, sorted, blocked);
    if (found !== undefined) return { found };
    total += 1n << BigInt(source.size - source.base.length);
  }
  return { found: undefined, total, blocked };
}

/** Walks the candidates and the blockers side by side; a blocker that covers many candidates is one step. */
function searchSource(
  { base, size }: PoolSource,
  blockers: readonly Blocker[],
  blocked: Map<Blocker, bigint>,
): Prefix | undefined {
  const { family } = base;
  const step = 1n << BigInt(addressBits(family) - size);
  const end = base.value + prefixSize(base);
  let candidate = base.value;
  for (const blocker of blockers) {
    const last = lastAddress(blocker.prefix).value;
    if (blocker.prefix.family !== family || last < candidate) continue;
    if (blocker.prefix.value >= candidate + step) break;
    const next = smaller((last / step + 1n) * step, end);
    blocked.set(blocker, (blocked.get(blocker) ?? 0n) + (next - candidate) / step);
    candidate = next;
    if (candidate >= end) return undefined;
  }
  return { family, value: candidate, length: size };
}

/** Of prefixes with the same start the widest comes first, so that it is the one that is named. */
function byStart(a: Blocker, b: Blocker): number {
  if (a.prefix.value !== b.prefix.value) return a.prefix.value < b.prefix.value ? -1 : 1;
  return a.prefix.length - b.prefix.length;
}

const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
