import type { Endpoint } from "../model/endpoint.ts";
import type { NetworkId, ServiceId } from "../model/ids.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import type { StaffedService } from "../services/balanced-view.ts";
import type { Context } from "./context.ts";
import { diffPlans, isEmpty } from "./diff-plans.ts";
import { sandboxLock, serviceLock } from "./locks.ts";
import { reasonOf } from "./operation-error.ts";
import type { Plan } from "./planner.ts";

/** So many sandboxes are told at a time. */
const AT_ONCE = 8;

/**
 * Tells every sandbox of a service's networks, and the host, what has become of the service and its tasks. Names change
 * first, then where connections lead. Whoever holds a sandbox's lock must not wait for this.
 *
 * The others are not to wait for a sandbox that cannot be told: it keeps what it had, and is told of both with the next
 * change, or mended by a repair.
 */
export function spreadService(
  context: Context,
  serviceId: ServiceId,
  formerNetworks: readonly NetworkId[] = [],
): Promise<void> {
  return context.locks.with([serviceLock(serviceId)], async () => {
    const service = context.index.services.get(serviceId);
    const current = service?.state === "deleting" ? undefined : service;
    const now = new Set(current?.networks.map(({ networkId }) => networkId));
    if (current !== undefined) {
      context.emit("service.tasks", { service: current, tasks: readyTasks(context, current.id) });
    }
    const before = current === undefined ? undefined : context.planner.planService(current);
    for (const networkId of new Set([...now, ...formerNetworks])) {
      await spreadOn(context, networkId, serviceId, now.has(networkId) ? current : undefined);
    }
    if (current !== undefined && before !== undefined) await spreadToHost(context, current, before);
  });
}

/** Those that count: what is only being made, or is going, has no connections to expect. */
export const readyTasks = ({ index }: Pick<Context, "index">, serviceId: string): readonly Endpoint[] =>
  index.tasksOf(serviceId).filter(({ state }) => state === "ready");

export function staffedOn(context: Pick<Context, "index">, service: Service, networkId: NetworkId): StaffedService {
  return { service, tasks: readyTasks(context, service.id).filter((task) => task.networkId === networkId) };
}

async function spreadOn(
  context: Context,
  networkId: NetworkId,
  serviceId: ServiceId,
  service: Service | undefined,
): Promise<void> {
  const { services, index } = context;
  const after = service === undefined ? undefined : staffedOn(context, service, networkId);
  const untold = index.endpointsOfNetwork(networkId).flatMap((endpoint): Client | [] => {
    const sandbox = index.sandboxes.get(endpoint.sandboxId);
    return sandbox === undefined ? [] : { endpoint, sandbox };
  });
  const endpoints = untold.map(({ endpoint }) => endpoint);
  services.change(networkId, serviceId, after, endpoints);
  const tellOne = async () => {
    for (let client = untold.shift(); client !== undefined; client = untold.shift()) {
      await tell(context, client, serviceId, after);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, untold.length) }, tellOne));
}

interface Client {
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
}

/** Undefined: there is no such service on the network any more. */
async function tell(
  context: Context,
  client: Client,
  serviceId: ServiceId,
  after: StaffedService | undefined,
): Promise<void> {
  const { index, locks, planner, platform, services, shared, logger, emit } = context;
  const { id, name, sandboxId } = client.endpoint;
  await locks.also([sandboxLock(sandboxId)], async () => {
    const before = services.toldOf(client.endpoint, serviceId);
    const endpoint = index.endpoint(id);
    // What has left took with it what it had been told.
    if (endpoint === undefined) return services.toldAll(client.endpoint);
    try {
      const planOf = (staffed: StaffedService | undefined): Plan =>
        planner.planPart(endpoint, client.sandbox, serviceId, staffed);
      const plan = planOf(after);
      const difference = diffPlans(planOf(before).own, plan.own);
      const isLeaving = endpoint.state === "deleting";
      const change = isLeaving ? { remove: without(difference.remove, plan.own), add: [] } : difference;
      if (!isLeaving) await shared.acquire(plan.shared, id);
      if (!isEmpty(change)) await platform.apply(change);
      services.told(endpoint, serviceId);
    } catch (error) {
      const what = (after ?? before)?.service.name;
      logger.error({ err: error, endpoint: id }, `endpoint ${name} is not told of service ${what}: ${reasonOf(error)}`);
      emit("service.untold", { serviceId, endpoint, error });
    }
  });
}

async function spreadToHost(
  { planner, platform, logger, emit }: Context,
  service: Service,
  before: Plan,
): Promise<void> {
  try {
    const change = diffPlans(before.own, planner.planService(service).own);
    if (!isEmpty(change)) await platform.apply(change);
  } catch (error) {
    logger.error(
      { err: error, service: service.id },
      `the host is not told of service ${service.name}: ${reasonOf(error)}`,
    );
    emit("service.untold", { serviceId: service.id, error });
  }
}

function without(resources: readonly Resource[], others: readonly Resource[]): readonly Resource[] {
  const known = new Set(others.map(({ key }) => key));
  return resources.filter(({ key }) => !known.has(key));
}
