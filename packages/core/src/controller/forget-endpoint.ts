import type { StoreChange } from "../contracts/store.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Context } from "./context.ts";
import { reasonOf } from "./operation-error.ts";
import { deleteEndpoint } from "./record-changes.ts";

/**
 * After its host objects: gives back ports and addresses, and removes the record. The store is not waited for: it says
 * `deleting` until then, which the next start finishes.
 */
export async function forgetEndpoint(context: Context, endpoint: Endpoint): Promise<void> {
  const { index, writer, addresses, ports, shared, planner, services, logger, unheldPorts, emit } = context;
  const changes: StoreChange[] = [deleteEndpoint(endpoint)];
  const attempts = [
    async () => ports.release(endpoint.ports),
    async () => {
      changes.push(...(await addresses.release(planner.networkOf(endpoint), endpoint.addresses)));
    },
    async () => shared.release(endpoint.id),
  ];
  for (const attempt of attempts) {
    await attempt().catch((error: unknown) => {
      logger.warn({ endpoint: endpoint.id }, `something of endpoint ${endpoint.name} is left: ${reasonOf(error)}`);
    });
  }
  unheldPorts.delete(endpoint.id);
  services.toldAll(endpoint);
  index.deleteEndpoint(endpoint);
  writer.writeLater(changes);
  emit("endpoint.leave", { endpoint });
}
