import type { CallOptions } from "../contracts/platform.ts";
import type { StoreChange } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { shortId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Service } from "../model/service.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { stillThere } from "./find-record.ts";
import { networkLock } from "./locks.ts";
import { operationError, reasonOf } from "./operation-error.ts";
import { deleteNetwork, putNetwork } from "./record-changes.ts";

/** A removal that fails at the host leaves the network as it was, but marked: only removing it again is possible then. */
export function removeNetwork(context: Context, wanted: Network, options: CallOptions = {}): Promise<void> {
  const { index, locks } = context;
  return locks.with([networkLock(wanted.id, "exclusive")], async () => {
    const network = stillThere("network", index.networks.get(wanted.id), wanted.name);
    const endpoints = index.endpointsOfNetwork(network.id);
    if (endpoints.length > 0) throw inUse(network, endpoints);
    const services = index.services
      .values()
      .filter((one) => one.networks.some(({ networkId }) => networkId === network.id));
    if (services.length > 0) throw inUseByServices(network, services);
    options.signal?.throwIfAborted();
    await takeDownNetwork(context, network, options);
  });
}

/** For whoever holds the network's lock, when it has no endpoints. */
export async function takeDownNetwork(context: Context, network: Network, options: CallOptions): Promise<void> {
  const { index, planner, platform, writer } = context;
  const deleting: Network = { ...network, state: "deleting" };
  try {
    const step = {
      change: { remove: planner.planNetwork(network).own, add: [] },
      intent: [putNetwork(deleting)],
      withdrawal: [putNetwork(deleting)],
    };
    await applyAndRecord(platform, writer, step, options);
  } catch (error) {
    index.networks.put(deleting);
    throw operationError(`network ${network.name} is not removed`, error);
  }
  await forgetNetwork(context, network);
}

/** After its host objects: gives back its pools, removes its records, and what nobody else needs. */
export async function forgetNetwork(context: Context, network: Network): Promise<void> {
  const { index, writer, addresses, shared, logger, emit } = context;
  index.networks.delete(network);
  index.forget(network.id);
  const changes: StoreChange[] = [deleteNetwork(network), ...addresses.forgetNetwork(network)];
  writer.writeLater(changes);
  await releasePools(context, network);
  await shared.release(network.id).catch((error: unknown) => {
    logger.warn({ network: network.id }, `host objects that nobody needs are left for a repair: ${reasonOf(error)}`);
  });
  emit("network.remove", { network });
}

async function releasePools({ ipam, logger }: Context, network: Network): Promise<void> {
  const driver = ipam.get(network.ipam.driver);
  for (const { poolId, gateway, auxAddresses } of network.ipam.pools) {
    const taken = new Set([...Object.values(auxAddresses), ...(gateway === undefined ? [] : [gateway])]);
    try {
      for (const address of taken) await driver.releaseAddress(poolId, address);
      await driver.releasePool(poolId);
    } catch (error) {
      logger.warn({ network: network.id, poolId }, `a pool is not given back: ${reasonOf(error)}`);
    }
  }
}

function inUseByServices(network: Network, services: readonly Service[]): CnmError {
  const list = services.map(({ name }) => name).join(", ");
  const message = `network ${network.name} (${shortId(network.id)}) is in use by services (${list}): remove them first`;
  return new CnmError("forbidden", "active-services", message);
}

function inUse(network: Network, endpoints: readonly Endpoint[]): CnmError {
  const list = endpoints.map(({ name, id }) => `name:"${name}" id:"${shortId(id)}"`).join(", ");
  const message = `network ${network.name} (${shortId(network.id)}) has active endpoints (${list}): let them leave first`;
  return new CnmError("forbidden", "active-endpoints", message);
}
