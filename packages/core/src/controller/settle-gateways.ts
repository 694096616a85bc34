import type { Context } from "./context.ts";
import { changedEndpoints } from "./membership.ts";
import { putEndpoint } from "./record-changes.ts";

/**
 * The choice of every sandbox's default routes anew, in the records. It differs after a leave that failed: the route was
 * not passed on, and what leaves cannot keep it.
 */
export function settleGateways({ index, planner, writer }: Context): void {
  const changed = index.sandboxes.values().flatMap(({ id }) => {
    const before = index.endpointsOfSandbox(id);
    return changedEndpoints(before, planner.withGateways(before));
  });
  for (const endpoint of changed) index.putEndpoint(endpoint);
  writer.writeLater(changed.map(putEndpoint));
}
