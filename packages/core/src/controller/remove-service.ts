import type { CallOptions } from "../contracts/platform.ts";
import type { StoreChange } from "../contracts/store.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Service } from "../model/service.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { stillThere } from "./find-record.ts";
import { sandboxLock, serviceLock } from "./locks.ts";
import { operationError, reasonOf } from "./operation-error.ts";
import { deleteService, putEndpoint, putService } from "./record-changes.ts";
import { settleDatagrams } from "./settle-datagrams.ts";
import { spreadService } from "./spread-service.ts";

/**
 * Its tasks stay as what they are, endpoints of their sandboxes. A removal that fails at the host leaves the service marked:
 * only removing it again is possible then.
 */
export async function removeService(context: Context, wanted: Service, options: CallOptions = {}): Promise<void> {
  const { index, locks } = context;
  const service = await locks.with([serviceLock(wanted.id)], async () => {
    const found = stillThere("service", index.services.get(wanted.id), wanted.name);
    options.signal?.throwIfAborted();
    await withdrawFromHost(context, found, options);
    return found;
  });
  await spreadService(
    context,
    service.id,
    service.networks.map(({ networkId }) => networkId),
  );
  await locks.with([serviceLock(service.id)], async () => {
    // Whoever joins or leaves writes the whole record of the endpoint: a task that is plain has to stay so.
    const sandboxes = new Set(index.tasksOf(service.id).map(({ sandboxId }) => sandboxId));
    await locks.also([...sandboxes].toSorted().map(sandboxLock), () => forgetService(context, service));
  });
  if (service.ports.some(({ protocol }) => protocol === "udp")) {
    await settleDatagrams(
      context,
      service.networks.map(({ networkId }) => networkId),
    );
  }
}

/** Its record says from now on that it goes: the next start would finish that. */
async function withdrawFromHost(context: Context, service: Service, options: CallOptions): Promise<void> {
  const { index, planner, platform, writer } = context;
  const deleting: Service = { ...service, state: "deleting" };
  try {
    const step = {
      change: { remove: planner.planService(service).own, add: [] },
      intent: [putService(deleting)],
      withdrawal: [putService(service)],
    };
    await applyAndRecord(platform, writer, step, options);
  } catch (error) {
    throw operationError(`service ${service.name} is not removed`, error);
  }
  index.services.put(deleting);
}

/** After its host objects: gives back its addresses and ports, and removes the record. Tasks become plain endpoints. */
export async function forgetService(context: Context, service: Service): Promise<void> {
  const { index, writer, addresses, ports, shared, logger, emit } = context;
  if (index.services.get(service.id) === undefined) return;
  const changes: StoreChange[] = [deleteService(service)];
  for (const { task: _, ...endpoint } of index.tasksOf(service.id)) {
    const plain: Endpoint = endpoint;
    index.putEndpoint(plain);
    changes.push(putEndpoint(plain));
  }
  const attempts = [
    async () => ports.release(service.bindings),
    ...service.networks.map(({ networkId, vips }) => async () => {
      const network = index.networks.get(networkId);
      if (network !== undefined) changes.push(...(await addresses.release(network, vips)));
    }),
    async () => shared.release(service.id),
  ];
  for (const attempt of attempts) {
    await attempt().catch((error: unknown) => {
      logger.warn({ service: service.id }, `something of service ${service.name} is left: ${reasonOf(error)}`);
    });
  }
  index.services.delete(service);
  for (const { networkId } of service.networks) context.services.delete(networkId, service.id);
  writer.writeLater(changes);
  emit("service.remove", { service });
}
