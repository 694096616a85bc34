import { isDeepStrictEqual } from "node:util";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Task } from "../model/task.ts";
import type { Context } from "./context.ts";
import { usable } from "./find-record.ts";
import { sandboxLock } from "./locks.ts";
import { putEndpoint } from "./record-changes.ts";
import { spreadService } from "./spread-service.ts";

/** Changes what is known of a task, and tells everybody: resolves when no sandbox of its networks does otherwise. */
export async function changeTask(
  context: Context,
  wanted: Pick<Endpoint, "id" | "name">,
  change: Partial<Pick<Task, "health" | "draining" | "weight" | "checked">>,
  reason?: string,
): Promise<void> {
  const { index, locks, writer, emit } = context;
  const known = index.endpoint(wanted.id);
  if (known === undefined) usable("endpoint", known, wanted.name);
  const changed = await locks.with([sandboxLock(known?.sandboxId ?? "")], async () => {
    const endpoint = usable("endpoint", index.endpoint(wanted.id), wanted.name);
    const { task } = endpoint;
    if (task === undefined) {
      const message = `endpoint ${endpoint.name} is no task of a service: it has no health`;
      throw new CnmError("invalid", "no-task", message);
    }
    const after: Task = { ...task, ...change };
    if (isDeepStrictEqual(after, task)) return undefined;
    const next: Endpoint = { ...endpoint, task: after };
    index.putEndpoint(next);
    writer.writeLater([putEndpoint(next)]);
    return { endpoint: next, serviceId: task.serviceId, before: task.health, health: after.health };
  });
  if (changed === undefined) return;
  const { endpoint, serviceId, before, health } = changed;
  emit("endpoint.health", { endpoint });
  await spreadService(context, serviceId);
  const service = index.services.get(serviceId);
  if (before === health || service === undefined) return;
  emit("task.health", { endpoint, service, health, before, ...(reason === undefined ? {} : { reason }) });
}
