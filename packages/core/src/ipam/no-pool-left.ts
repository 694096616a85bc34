import { formatPrefix } from "../address/prefix.ts";
import type { PoolRequest } from "../contracts/ipam-driver.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Blocker, FreePrefix } from "./find-free-prefix.ts";

type Exhausted = Extract<FreePrefix, { readonly found: undefined }>;

/** Says how many predefined pools there are, and what stands in the way of how many of them. */
export function noPoolLeft(
  { addressSpace, family }: PoolRequest,
  length: number | undefined,
  result: Exhausted,
): CnmError {
  const size = length === undefined ? "" : ` of size /${length}`;
  const pools = `predefined ${addressSpace} IPv${family} pools${size}`;
  const advice = "name a subnet, or configure more address pools";
  const { total, blocked } = result;
  if (total === 0n) return new CnmError("unavailable", "no-pool", `there are no ${pools}: ${advice}`);
  const reasons = sumByReason(blocked).map(([reason, count]) => `${count} by ${reason}`);
  const message = `all ${total} ${pools} are taken (${reasons.join(", ")}): ${advice}`;
  return new CnmError("unavailable", "no-pool", message);
}

/** Own networks are one reason together; everything else is named with its prefix. Most pools first. */
function sumByReason(blocked: ReadonlyMap<Blocker, bigint>): readonly (readonly [reason: string, count: bigint])[] {
  const sums = new Map<string, bigint>();
  for (const [{ prefix, what }, count] of blocked) {
    const reason = what === OWN_POOLS ? what : `${formatPrefix(prefix)} (${what})`;
    sums.set(reason, (sums.get(reason) ?? 0n) + count);
  }
  return [...sums].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0));
}

/** What blockers are called that are pools of networks here. */
export const OWN_POOLS = "other networks";
