import { effectiveCheck } from "../health/effective-check.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Service } from "../model/service.ts";
import { changeTask } from "./change-task.ts";
import type { Context } from "./context.ts";
import type { EventHub } from "./event-hub.ts";
import type { ControllerEvents } from "./events.ts";
import { reasonOf } from "./operation-error.ts";
import { readyTasks } from "./spread-service.ts";

/** Has tasks tested for as long as they are such, from now on. */
export function followHealth(context: Context, events: EventHub<ControllerEvents>): void {
  const { index, prober } = context;
  events.on("service.tasks", ({ service, tasks }) => follow(context, service, tasks));
  events.on("endpoint.leave", ({ endpoint }) => prober.unwatch(endpoint.id));
  events.on("sandbox.lost", ({ endpoints }) => {
    for (const { id } of endpoints) prober.unwatch(id);
  });
  events.on("service.remove", () => {
    for (const id of prober.watched()) if (index.endpoint(id)?.task === undefined) prober.unwatch(id);
  });
  for (const service of index.services.values()) {
    if (service.state === "ready") follow(context, service, readyTasks(context, service.id));
  }
}

function follow(context: Context, service: Service, tasks: readonly Endpoint[]): void {
  const { prober } = context;
  for (const endpoint of tasks) {
    const { id, task, created } = endpoint;
    if (task === undefined) continue;
    const check = effectiveCheck(service, task);
    if (check !== undefined && !task.draining) {
      prober.watch(id, check, (Date.now() - Date.parse(created)) / 1_000);
      continue;
    }
    prober.unwatch(id);
    if (check === undefined && task.checked === true) forgetHealth(context, endpoint);
  }
}

/** Nobody looks any more: what the last test said means nothing. Whoever tells of the tasks does not wait for it. */
function forgetHealth(context: Context, endpoint: Endpoint): void {
  changeTask(context, endpoint, { health: "none", checked: false }).catch((error: unknown) => {
    const what = `health of task ${endpoint.name} is not forgotten: ${reasonOf(error)}`;
    context.logger.error({ err: error, endpoint: endpoint.id }, what);
  });
}
