import { randomMac } from "../address/mac.ts";
import type { CallOptions } from "../contracts/platform.ts";
import { CnmError, invalidOptions } from "../errors/cnm-error.ts";
import { newServiceId, shortId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Service, ServiceNetwork } from "../model/service.ts";
import { parseServiceSpec, type ServiceRequest } from "../options/parse-service-spec.ts";
import type { ServiceSpec } from "../options/service-spec.ts";
import { chooseBalancer } from "../services/choose-balancer.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import { checkHealthTest } from "./check-health-test.ts";
import type { Context } from "./context.ts";
import { findRecord, usable } from "./find-record.ts";
import { NEW_SERVICES, networkLock, serviceLock } from "./locks.ts";
import { operationError } from "./operation-error.ts";
import { deleteService, putService } from "./record-changes.ts";
import { bindPorts } from "./service-bindings.ts";
import { spreadService } from "./spread-service.ts";
import { UndoStack } from "./undo-stack.ts";

export async function createService(context: Context, spec: ServiceSpec, options: CallOptions = {}): Promise<Service> {
  const { index, locks, platform, emit } = context;
  const { request, faults } = parseServiceSpec(spec);
  if (faults.length > 0) throw invalidOptions(`service ${request.name}`, faults);
  checkHealthTest(context, request.name, request.healthCheck);
  const networks = request.networks.map(({ network }) => findRecord("network", index.networks, network));
  const balancer =
    request.endpointMode === "vip"
      ? chooseBalancer({ ...request, networks }, platform.balancers, await platform.features(options))
      : "";
  const id = newServiceId();
  const held = [...new Set(networks.map((network) => network.id))].toSorted().map((one) => networkLock(one, "shared"));
  const service = await locks.with([...held, serviceLock(id)], async () => {
    const undo = new UndoStack();
    try {
      options.signal?.throwIfAborted();
      refuseTwice(request, networks);
      const draft = draftService(id, request, balancer);
      await locks.also([NEW_SERVICES], async () => reserveName(context, draft, undo));
      return await makeService(context, draft, request, networks, undo, options);
    } catch (error) {
      throw operationError(`service ${request.name} is not created`, error, await undo.run());
    }
  });
  emit("service.create", { service });
  await spreadService(context, service.id);
  return service;
}

/** A name and an id may mean the same network. */
function refuseTwice({ name }: ServiceRequest, networks: readonly Network[]): void {
  const twice = networks.find((network, at) => networks.findIndex(({ id }) => id === network.id) !== at);
  if (twice === undefined) return;
  throw invalidOptions(`service ${name}`, [`networks name network ${twice.name} twice`]);
}

function draftService(id: Service["id"], request: ServiceRequest, balancer: string): Service {
  const { networks: _, ...rest } = request;
  const created = new Date().toISOString();
  return {
    schema: 1,
    id,
    state: "pending",
    created,
    updated: created,
    version: 1,
    ...rest,
    balancer,
    networks: [],
    bindings: [],
  };
}

/** Once in the index, nobody else gets its name. */
function reserveName({ index }: Context, draft: Service, undo: UndoStack): void {
  const same = index.services.named(draft.name);
  if (same !== undefined) {
    const message = `service with name ${draft.name} already exists (${shortId(same.id)})`;
    throw new CnmError("conflict", "name-in-use", message);
  }
  index.services.put(draft);
  undo.push(() => index.services.delete(draft));
}

async function makeService(
  context: Context,
  draft: Service,
  request: ServiceRequest,
  found: readonly Network[],
  undo: UndoStack,
  options: CallOptions,
): Promise<Service> {
  const { index, planner, shared, platform, writer, addresses } = context;
  const networks: ServiceNetwork[] = [];
  const allocations = [];
  for (const [at, { id, name }] of found.entries()) {
    const network = usable("network", index.networks.get(id), name);
    const place = await placeOn(context, network, draft, request.networks[at]?.aliases ?? [], undo, options);
    networks.push(place);
    allocations.push({ network, addresses: place.vips });
  }
  const bindings = await bindPorts(context, { ...draft, networks }, undo);
  const pending: Service = { ...draft, networks, bindings };
  index.services.put(pending);
  const plan = planner.planService(pending);
  undo.push(() => shared.release(pending.id));
  await shared.acquire(plan.shared, pending.id);
  const step = {
    change: { remove: [], add: plan.own },
    intent: [
      putService(pending),
      ...allocations.flatMap((one) => addresses.allocationChanges(one.network, one.addresses, pending.id)),
    ],
    withdrawal: [
      deleteService(pending),
      ...allocations.flatMap((one) => addresses.undoChanges(one.network, one.addresses)),
    ],
  };
  await applyAndRecord(platform, writer, step, options);

  const service: Service = { ...pending, state: "ready" };
  index.services.put(service);
  writer.writeLater([putService(service)]);
  return service;
}

async function placeOn(
  { addresses }: Context,
  network: Network,
  { endpointMode }: Service,
  aliases: readonly string[],
  undo: UndoStack,
  options: CallOptions,
): Promise<ServiceNetwork> {
  if (endpointMode === "dnsrr") return { networkId: network.id, vips: [], aliases };
  // Of an address without an interface; some IPAM drivers want to be told one all the same.
  const order = { network, wishes: [], macAddress: randomMac() };
  return { networkId: network.id, vips: await addresses.allocate(order, undo, options), aliases };
}
