import type { Endpoint } from "../model/endpoint.ts";
import type { Change } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { diffPlans } from "./diff-plans.ts";
import type { Plan, Planner } from "./planner.ts";

/**
 * The change of the host when the endpoints of a sandbox are others than before. Endpoints that lose or win a default
 * route are planned again in the same change.
 */
export function membershipChange(
  planner: Planner,
  sandbox: Sandbox,
  before: readonly Endpoint[],
  after: readonly Endpoint[],
  /** What has been planned already. */
  known: ReadonlyMap<Endpoint, Plan> = new Map(),
): Change {
  const plan = (endpoints: readonly Endpoint[], others: readonly Endpoint[]) =>
    endpoints
      .filter((endpoint) => !others.includes(endpoint))
      .flatMap((endpoint) => (known.get(endpoint) ?? planner.planEndpoint(endpoint, sandbox)).own);
  return diffPlans(plan(before, after), plan(after, before));
}

/** The endpoints that are in both, and not the same. */
export function changedEndpoints(before: readonly Endpoint[], after: readonly Endpoint[]): readonly Endpoint[] {
  if (before.length === 0) return [];
  const known = new Map(before.map((endpoint) => [endpoint.id, endpoint]));
  return after.filter((endpoint) => known.has(endpoint.id) && known.get(endpoint.id) !== endpoint);
}
