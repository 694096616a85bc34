import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions } from "../contracts/platform.ts";
import type { TaskTraces } from "../contracts/task-traffic.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Service } from "../model/service.ts";
import { changeTask } from "./change-task.ts";
import type { Context } from "./context.ts";
import { reasonOf } from "./operation-error.ts";

/** No kernel tells of all ends of connections in all namespaces: it is asked so often. Milliseconds. */
const LOOK_AGAIN = 250;

/**
 * Before a task leaves: no new connections, and time for those that it has. Resolves when it has none any more, at the latest
 * when the service's drain timeout is over.
 */
export async function drain(context: Context, endpoint: Endpoint, options: CallOptions): Promise<void> {
  const service = serviceOf(context, endpoint);
  if (service === undefined) return;
  await changeTask(context, endpoint, { draining: true });
  const traces = tracesOf(context, endpoint, service);
  const { traffic } = context.platform;
  // Datagrams have no end to wait for: their next ones go to another task.
  await traffic.forget(traces, "udp").catch((error: unknown) => complain(context, endpoint, error));
  const end = Date.now() + service.drainTimeout * 1_000;
  try {
    await untilEnded(context, endpoint, traces, end, options);
  } catch (error) {
    // Only who asked for it ends it early: the task stays then.
    await changeTask(context, endpoint, { draining: false });
    options.signal?.throwIfAborted();
    throw error;
  }
}

/** Resolves when it has no connections, or at the end of its time. @throws when the signal is aborted, and only then */
async function untilEnded(
  context: Context,
  endpoint: Endpoint,
  traces: TaskTraces,
  end: number,
  options: CallOptions,
): Promise<void> {
  let failed = false;
  while (Date.now() < end) {
    try {
      if ((await context.platform.traffic.open(traces, options)) === 0) return;
    } catch (error) {
      options.signal?.throwIfAborted();
      // What cannot be counted may well be there: it is given its time. One word about it is enough.
      if (!failed) complain(context, endpoint, error);
      failed = true;
    }
    await delay(LOOK_AGAIN, undefined, options);
  }
}

/** After a task has left: whatever comes of its connections must not reach who has its address next. */
export async function forgetTraffic(context: Context, endpoint: Endpoint, service: Service): Promise<void> {
  const traces = tracesOf(context, endpoint, service);
  await context.platform.traffic.forget(traces).catch((error: unknown) => complain(context, endpoint, error));
}

export function serviceOf({ index }: Context, { task }: Endpoint): Service | undefined {
  return task === undefined ? undefined : index.services.get(task.serviceId);
}

function tracesOf({ index }: Context, endpoint: Endpoint, service: Service): TaskTraces {
  const neighbours = index.endpointsOfNetwork(endpoint.networkId);
  const paths = neighbours.flatMap(({ sandboxId }) => index.sandboxes.get(sandboxId)?.namespace.path ?? []);
  return {
    namespacePaths: [...new Set(paths)],
    host: service.bindings.length > 0,
    targets: service.ports.flatMap(({ protocol, target }) =>
      endpoint.addresses
        .filter(({ poolId }) => poolId !== undefined)
        .map(({ address }) => ({ protocol, address: address.replace(/\/.*$/, ""), port: target })),
    ),
  };
}

function complain({ logger }: Context, { id, name }: Endpoint, error: unknown): void {
  logger.warn({ endpoint: id }, `connections of endpoint ${name} are not looked after: ${reasonOf(error)}`);
}
