import type { CallOptions } from "../contracts/platform.ts";
import { invalidOptions } from "../errors/cnm-error.ts";
import type { Service } from "../model/service.ts";
import { healthSpecOf } from "../options/parse-health-spec.ts";
import { parseServiceSpec, type ServiceRequest } from "../options/parse-service-spec.ts";
import type { ServiceUpdate } from "../options/service-spec.ts";
import { chooseBalancer } from "../services/choose-balancer.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import { checkHealthTest } from "./check-health-test.ts";
import type { Context } from "./context.ts";
import { diffPlans } from "./diff-plans.ts";
import { findRecord, usable } from "./find-record.ts";
import { serviceLock } from "./locks.ts";
import { operationError } from "./operation-error.ts";
import { putService } from "./record-changes.ts";
import { bindPorts } from "./service-bindings.ts";
import { settleDatagrams } from "./settle-datagrams.ts";
import { spreadService } from "./spread-service.ts";
import { UndoStack } from "./undo-stack.ts";

export async function updateService(
  context: Context,
  wanted: Service,
  spec: ServiceUpdate,
  options: CallOptions = {},
): Promise<Service> {
  const { index, locks, platform, emit } = context;
  const features = await platform.features(options);
  const { before, service } = await locks.with([serviceLock(wanted.id)], async () => {
    const before = usable("service", index.services.get(wanted.id), wanted.name);
    const request = mergedRequest(context, before, spec);
    checkHealthTest(context, before.name, request.healthCheck);
    const networks = before.networks.flatMap(({ networkId }) => index.networks.get(networkId) ?? []);
    const asked = { ...request, networks };
    // Its connections are known to the one that it has: others only come where that one cannot do what is asked.
    const balancers = platform.balancers.toSorted(
      (one, other) => Number(other.name === before.balancer) - Number(one.name === before.balancer),
    );
    const balancer = before.endpointMode === "vip" ? chooseBalancer(asked, balancers, features) : "";
    const undo = new UndoStack();
    try {
      options.signal?.throwIfAborted();
      return { before, service: await change(context, before, { ...request, balancer }, undo, options) };
    } catch (error) {
      throw operationError(`service ${before.name} is not changed`, error, await undo.run());
    }
  });
  emit("service.update", { service });
  await spreadService(context, service.id);
  if ([...before.ports, ...service.ports].some(({ protocol }) => protocol === "udp")) {
    await settleDatagrams(
      context,
      service.networks.map(({ networkId }) => networkId),
    );
  }
  return service;
}

/** What is given takes the place of what is there, option by option. */
function mergedRequest({ index }: Context, before: Service, spec: ServiceUpdate): ServiceRequest {
  const { request, faults } = parseServiceSpec({
    ...specOf(before),
    ...spec,
    name: before.name,
    endpointMode: before.endpointMode,
  });
  const named = request.networks.map(({ network }) => findRecord("network", index.networks, network).id);
  const moved =
    named.length !== before.networks.length || before.networks.some(({ networkId }) => !named.includes(networkId));
  const all = moved ? [...faults, "networks cannot change: make another service on them"] : faults;
  if (all.length > 0) throw invalidOptions(`service ${before.name}`, all);
  return request;
}

function specOf(service: Service): ServiceUpdate {
  const { networks, ports, scheduler, affinity, timeouts, drainTimeout, healthCheck, labels } = service;
  return {
    networks: networks.map(({ networkId, aliases }) => ({ network: networkId, aliases })),
    ports,
    scheduler,
    ...(affinity === undefined ? {} : { affinity }),
    timeouts,
    drainTimeout,
    ...(healthCheck === undefined ? {} : { health: healthSpecOf(healthCheck) }),
    labels,
  };
}

async function change(
  context: Context,
  before: Service,
  request: ServiceRequest & { readonly balancer: string },
  undo: UndoStack,
  options: CallOptions,
): Promise<Service> {
  const { index, planner, shared, platform, writer, ports, logger } = context;
  const { networks, ...rest } = request;
  const { affinity: _, healthCheck: __, ...lasting } = before;
  const aliasesOf = new Map(
    networks.map(({ network, aliases }) => [findRecord("network", index.networks, network).id, aliases]),
  );
  const draft: Service = {
    ...lasting,
    ...rest,
    networks: before.networks.map((place) => ({ ...place, aliases: aliasesOf.get(place.networkId) ?? place.aliases })),
    version: before.version + 1,
    updated: new Date().toISOString(),
  };
  // A port of the host stays the service's own, wherever it leads from now on.
  const kept = before.bindings.flatMap((binding) => {
    const port = draft.ports.find((one) => isBoundBy(one, binding));
    return port === undefined ? [] : [{ ...binding, targetPort: port.target }];
  });
  const fresh = draft.ports.filter((port) => !kept.some((binding) => isBoundBy(port, binding)));
  const bindings = [...kept, ...(await bindPorts(context, { ...draft, ports: fresh }, undo))];
  const after: Service = { ...draft, bindings };
  const plan = planner.planService(after);
  await shared.acquire(plan.shared, after.id);
  const step = {
    change: diffPlans(planner.planService(before).own, plan.own),
    intent: [putService(after)],
    withdrawal: [putService(before)],
  };
  await applyAndRecord(platform, writer, step, options);
  index.services.put(after);
  const gone = before.bindings.filter((binding) => !draft.ports.some((port) => isBoundBy(port, binding)));
  await ports.release(gone).catch((error: unknown) => {
    logger.warn({ service: after.id }, `ports of service ${after.name} are still held: ${String(error)}`);
  });
  return after;
}

const isBoundBy = (port: Service["ports"][number], binding: Service["bindings"][number]): boolean =>
  port.mode === "ingress" && port.protocol === binding.protocol && port.published === binding.hostPort;
