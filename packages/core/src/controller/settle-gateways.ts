import type { Endpoint } from "../model/endpoint.ts";
import type { Change } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Context } from "./context.ts";
import { changedEndpoints, membershipChange } from "./membership.ts";

export interface SettledGateways {
  /** To be recorded once the host is as they say: until then the old records tell what there is to do. */
  readonly endpoints: readonly Endpoint[];
  /** What has to be done besides, and that nobody can see on the host. */
  readonly change: Change;
}

/**
 * The choice of every sandbox's default routes anew, in the index. It differs where a process died while a default route
 * passed from one endpoint to another, and after a leave that failed: what leaves cannot keep it.
 */
export function settleGateways({ index, planner, platform }: Context): SettledGateways {
  const settled = index.sandboxes.values().map((sandbox) => settle(sandbox));
  return {
    endpoints: settled.flatMap(({ endpoints }) => endpoints),
    change: {
      remove: settled.flatMap(({ change }) => change.remove),
      add: settled.flatMap(({ change }) => change.add),
    },
  };

  function settle(sandbox: Sandbox): SettledGateways {
    const before = index.endpointsOfSandbox(sandbox.id);
    const after = planner.withGateways(before);
    const endpoints = changedEndpoints(before, after);
    if (endpoints.length === 0) return { endpoints, change: { remove: [], add: [] } };
    const { remove, add } = membershipChange(planner, sandbox, before, after);
    for (const endpoint of endpoints) index.putEndpoint(endpoint);
    const unseen = { remove: remove.filter(isUnseen), add: add.filter(isUnseen) };
    return { endpoints, change: unseen };
  }

  function isUnseen(resource: Change["add"][number]): boolean {
    return !platform.observable(resource);
  }
}
