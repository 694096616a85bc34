import type { NetworkId } from "../model/ids.ts";
import type { Service } from "../model/service.ts";
import type { Context } from "./context.ts";
import { settleDatagrams } from "./settle-datagrams.ts";
import { spreadService, staffedOn } from "./spread-service.ts";

/**
 * After a reconciliation: a join that it finished, or a task that it forgot, changes who stands behind a service, which is told
 * everybody as at any other time. Not for whoever runs alone.
 */
export async function catchUpServices(context: Context): Promise<void> {
  for (const service of context.index.services.values()) {
    if (service.state !== "ready") continue;
    const isStale = service.networks.some(({ networkId }) => hasOtherTasks(context, service, networkId));
    if (isStale) await spreadService(context, service.id);
  }
  await settleDatagrams(context);
}

function hasOtherTasks(context: Context, service: Service, networkId: NetworkId): boolean {
  const told = context.services.of(networkId, service.id)?.tasks ?? [];
  const { tasks } = staffedOn(context, service, networkId);
  return told.length !== tasks.length || told.some((task, at) => task !== tasks[at]);
}
