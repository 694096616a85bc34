import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { LifeState } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { compareState, type Difference } from "./compare-state.ts";
import type { Context } from "./context.ts";
import type { Plan } from "./planner.ts";

/** The whole host against the whole model. */
export interface Survey {
  readonly wanted: readonly Resource[];
  /** What records that are being deleted have, or may have, on the host. */
  readonly departing: readonly Resource[];
  readonly differences: readonly Difference[];
  /** Sandboxes whose namespace, which somebody else made, is gone. */
  readonly lost: readonly Sandbox[];
}

/** For whoever runs alone. */
export async function surveyHost(context: Context, options: CallOptions): Promise<Survey> {
  const { platform, shared } = context;
  const lost = await lostSandboxes(context);
  const plans = planAll(context, new Set(lost.map(({ id }) => id)));
  const staying = plans.filter(({ state }) => state !== "deleting");
  const sharedPlans = new Map(staying.flatMap((plan) => plan.shared).map((resource) => [resource.key, resource]));
  const wanted = [
    ...[...sharedPlans.values()].map((resource) => shared.withBaseline(resource)),
    ...staying.flatMap(({ own }) => own),
  ];

  const keys = new Set(wanted.map(({ key }) => key));
  const leaving = plans.filter(({ state }) => state === "deleting");
  const departed = [
    ...leaving.flatMap((plan) => [...plan.own, ...plan.shared.map((resource) => shared.withBaseline(resource))]),
    ...shared.unclaimed(),
  ];
  const departing = departed.filter(({ key }) => !keys.has(key));
  const stacks = context.index.sandboxes.values().map(({ namespace }) => namespace);
  const namespaces = stacks.filter(({ host }) => host !== true).map(({ path }) => path);
  const observed = await platform.observe({ wanted, departing, namespaces }, options);
  return { wanted, departing, differences: compareState(platform, wanted, observed), lost };
}

type RecordPlan = Plan & { readonly state: LifeState };

function planAll(context: Context, lost: ReadonlySet<string>): readonly RecordPlan[] {
  const { index, planner } = context;
  const networks = index.networks
    .values()
    .map((network) => ({ state: network.state, ...planner.planNetwork(network) }));
  const sandboxes = index.sandboxes
    .values()
    .filter(({ id }) => !lost.has(id))
    .map((sandbox) => ({ state: sandbox.state, ...planner.planSandbox(sandbox) }));
  const endpoints = index.endpoints().flatMap((endpoint): readonly RecordPlan[] => {
    const sandbox = index.sandboxes.get(endpoint.sandboxId);
    if (sandbox === undefined || lost.has(sandbox.id)) return [];
    const state = sandbox.state === "deleting" ? "deleting" : endpoint.state;
    // What leaves takes what it has; what stays is to have what there is now.
    const plan =
      state === "deleting" ? planner.planEndpoint(endpoint, sandbox) : planner.planUpToDate(endpoint, sandbox);
    return [{ state, ...plan }];
  });
  const services = index.services
    .values()
    .map((service) => ({ state: service.state, ...planner.planService(service) }));
  return [...networks, ...sandboxes, ...endpoints, ...services, ...planDeparted(context)];
}

/** How sandboxes may still reach services that are going: no plan of theirs tells of those any more. */
function planDeparted({ index, planner }: Context): readonly RecordPlan[] {
  const going = index.services.values().filter(({ state }) => state === "deleting");
  return going.flatMap((service) =>
    service.networks.flatMap(({ networkId }) =>
      index.endpointsOfNetwork(networkId).flatMap((endpoint) => {
        const sandbox = index.sandboxes.get(endpoint.sandboxId);
        if (sandbox === undefined) return [];
        return [
          { state: "deleting" as const, ...planner.planPart(endpoint, sandbox, service.id, { service, tasks: [] }) },
        ];
      }),
    ),
  );
}

async function lostSandboxes({ index, platform }: Context): Promise<readonly Sandbox[]> {
  const foreign = index.sandboxes.values().filter(({ namespace }) => !namespace.owned);
  const there = await Promise.all(foreign.map(({ namespace }) => isThere(platform, namespace.path)));
  return foreign.filter((_, at) => there[at] === false);
}

async function isThere(platform: Context["platform"], path: string): Promise<boolean> {
  try {
    await platform.checkNamespace(path);
    return true;
  } catch (error) {
    if (error instanceof CnmError && (error.kind === "invalid" || error.kind === "not-found")) return false;
    throw error;
  }
}
