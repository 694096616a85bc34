import type { StoreChange, StoreEntry } from "../contracts/store.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Network, NetworkPool } from "../model/network.ts";
import { ALLOCATIONS } from "./address-book.ts";
import type { Context } from "./context.ts";
import { reasonOf } from "./operation-error.ts";
import { readEndpoint, readNetwork, readSandbox, readService, readShared } from "./read-records.ts";
import {
  deleteEndpoint,
  ENDPOINTS,
  NETWORKS,
  putEndpoint,
  putNetwork,
  SANDBOXES,
  SERVICES,
  SHARED,
} from "./record-changes.ts";
import { staffedOn } from "./spread-service.ts";

/** At start: reads the records, and tells the IPAM drivers and the shared resources who has what. */
export async function restore(context: Context): Promise<void> {
  const { store, index, shared, writer, unheldPorts } = context;
  for (const network of oldestFirst((await store.list(NETWORKS)).map(readNetwork))) index.networks.put(network);
  for (const sandbox of oldestFirst((await store.list(SANDBOXES)).map(readSandbox))) index.sandboxes.put(sandbox);
  const endpoints = oldestFirst((await store.list(ENDPOINTS)).map(readEndpoint));
  for (const endpoint of endpoints) index.putEndpoint(endpoint);
  for (const endpoint of endpoints.filter(drains).map(stayed)) {
    index.putEndpoint(endpoint);
    writer.writeLater([putEndpoint(endpoint)]);
  }
  for (const service of oldestFirst((await store.list(SERVICES)).map(readService))) index.services.put(service);
  writer.writeLater(releaseTasks(context));
  publishAll(context);
  shared.restore((await store.list(SHARED)).map(readShared));

  const allocations = groupByNetwork(await store.list(ALLOCATIONS));
  const changes: StoreChange[] = [...dropOrphans(context)];
  for (const network of index.networks.values()) {
    changes.push(...(await restoreNetwork(context, network, allocations.get(network.id) ?? [])));
    allocations.delete(network.id);
  }
  for (const { key } of [...allocations.values()].flat()) changes.push({ op: "delete", key });
  writer.writeLater(changes);
  await claimShared(context);
  for (const { id, ports } of index.endpoints()) if (ports.length > 0) unheldPorts.set(id, undefined);
  for (const { id, bindings } of index.services.values()) if (bindings.length > 0) unheldPorts.set(id, undefined);
}

const drains = ({ state, task }: Endpoint): boolean => state === "ready" && task?.draining === true;

/** Whoever waited for a task to drain is gone with the process, and nobody takes it away: it stays, and works again. */
const stayed = ({ task, ...endpoint }: Endpoint): Endpoint =>
  task === undefined ? endpoint : { ...endpoint, task: { ...task, draining: false } };

/** Tasks of a service that was being removed: the host is made to match what they are without it. */
function releaseTasks({ index }: Context): readonly StoreChange[] {
  const leaving = index.services.values().filter(({ state }) => state === "deleting");
  return leaving.flatMap(({ id }) =>
    index.tasksOf(id).map(({ task: _, ...endpoint }) => {
      index.putEndpoint(endpoint);
      return putEndpoint(endpoint);
    }),
  );
}

/** Stores list by key, which is random; lists are in the order in which things were made, before a restart and after it. */
const oldestFirst = <T extends { readonly created: string }>(records: readonly T[]): readonly T[] =>
  records.toSorted((a, b) => (a.created < b.created ? -1 : Number(a.created > b.created)));

/** Endpoints whose network or sandbox is not in the store: no operation leaves such, but a lost write may. */
function dropOrphans({ index, logger }: Context): readonly StoreChange[] {
  const orphans = index
    .endpoints()
    .filter((one) => !index.networks.get(one.networkId) || !index.sandboxes.get(one.sandboxId));
  for (const orphan of orphans) {
    logger.warn({ endpoint: orphan.id }, `endpoint ${orphan.name} has no network or no sandbox: it is dropped`);
    index.deleteEndpoint(orphan);
  }
  return orphans.map(deleteEndpoint);
}

/** A network whose IPAM driver does not answer stays as it is: what runs runs on, only new endpoints get no address. */
async function restoreNetwork(
  context: Context,
  network: Network,
  entries: readonly StoreEntry[],
): Promise<readonly StoreChange[]> {
  const { index, addresses, logger } = context;
  try {
    const restored = await restorePools(context, network);
    const virtual = index.services
      .values()
      .flatMap(({ networks }) => networks.filter((one) => one.networkId === network.id));
    const taken = [...index.endpointsOfNetwork(network.id), ...virtual.map(({ vips }) => ({ addresses: vips }))];
    const changes = await addresses.restore(restored, taken, entries);
    return restored === network ? changes : [putNetwork(restored), ...changes];
  } catch (error) {
    logger.error({ network: network.id }, `addresses of network ${network.name} are not restored: ${reasonOf(error)}`);
    return [];
  }
}

/** Asks again for the pools, their gateways and auxiliary addresses, where the IPAM driver keeps nothing itself. */
async function restorePools({ ipam, index }: Context, network: Network): Promise<Network> {
  const driver = ipam.get(network.ipam.driver);
  if (!(await ipam.capabilities(driver)).requiresReplay) return network;
  const pools: NetworkPool[] = [];
  for (const pool of network.ipam.pools) {
    const { family, subnet, ipRange, gateway, auxAddresses } = pool;
    const range = ipRange === undefined ? {} : { ipRange };
    const request = { addressSpace: network.scope, family, subnet, ...range, options: network.ipam.options, avoid: [] };
    const { id } = await driver.requestPool(request);
    for (const address of new Set([...(gateway === undefined ? [] : [gateway]), ...Object.values(auxAddresses)])) {
      await driver.requestAddress({ poolId: id, address, options: {} });
    }
    pools.push(id === pool.poolId ? pool : { ...pool, poolId: id });
  }
  if (pools.every((pool, at) => pool === network.ipam.pools[at])) return network;
  const restored = { ...network, ipam: { ...network.ipam, pools } };
  index.networks.put(restored);
  return restored;
}

/** What every sandbox was told last, or is told by the reconciliation that follows. */
function publishAll(context: Context): void {
  for (const service of context.index.services.values()) {
    if (service.state === "deleting") continue;
    for (const { networkId } of service.networks)
      context.services.put(networkId, staffedOn(context, service, networkId));
  }
}

async function claimShared({ index, planner, shared }: Context): Promise<void> {
  for (const service of index.services.values()) {
    if (service.state !== "deleting") await shared.adopt(planner.planService(service).shared, service.id);
  }
  for (const network of index.networks.values()) {
    if (network.state !== "deleting") await shared.adopt(planner.planNetwork(network).shared, network.id);
  }
  for (const sandbox of index.sandboxes.values()) {
    if (sandbox.state === "deleting") continue;
    await shared.adopt(planner.planSandbox(sandbox).shared, sandbox.id);
    for (const endpoint of index.endpointsOfSandbox(sandbox.id)) {
      if (endpoint.state !== "deleting")
        await shared.adopt(planner.planEndpoint(endpoint, sandbox).shared, endpoint.id);
    }
  }
}

function groupByNetwork(entries: readonly StoreEntry[]): Map<string, StoreEntry[]> {
  const groups = new Map<string, StoreEntry[]>();
  for (const entry of entries) {
    const network = entry.key.slice(ALLOCATIONS.length, entry.key.indexOf("/", ALLOCATIONS.length));
    const group = groups.get(network);
    if (group === undefined) groups.set(network, [entry]);
    else group.push(entry);
  }
  return groups;
}
