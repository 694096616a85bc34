import { overlaps, parsePrefix } from "../address/prefix.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { shortId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { PoolWish } from "../options/parse-network-spec.ts";

/** An IPAM driver knows pools, and not whose they are: its refusal, with the name of the network that is in the way. */
export function nameOverlap(error: unknown, wishes: readonly PoolWish[], others: readonly Network[]): unknown {
  if (!(error instanceof CnmError) || error.code !== "pool-overlap") return error;
  for (const { subnet } of wishes) {
    if (subnet === undefined) continue;
    for (const { id, name, ipam } of others) {
      // The null driver's only pool is everything, and in nobody's way.
      if (ipam.driver === "null") continue;
      const clash = ipam.pools.find((pool) => overlaps(parsePrefix(pool.subnet), parsePrefix(subnet)));
      if (clash === undefined) continue;
      const message = `subnet ${subnet} overlaps ${clash.subnet} of network ${name} (${shortId(id)})`;
      return new CnmError(error.kind, error.code, message, { cause: error });
    }
  }
  return error;
}
