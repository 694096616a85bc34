import type { CallOptions } from "../contracts/platform.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { drain, forgetTraffic, serviceOf } from "./drain.ts";
import { stillThere } from "./find-record.ts";
import { forgetEndpoint } from "./forget-endpoint.ts";
import { type LeaveOptions, leaveSandbox } from "./leave.ts";
import { sandboxLock } from "./locks.ts";
import { reasonOf, severalErrors } from "./operation-error.ts";
import { deleteSandbox, putEndpoint, putSandbox } from "./record-changes.ts";
import { spreadService } from "./spread-service.ts";

/**
 * Removes a sandbox with all its endpoints. If that does not go in one change, everything is tried by itself, and what
 * failed is told together; it can be removed again.
 */
export async function removeSandbox(context: Context, wanted: Sandbox, options: LeaveOptions = {}): Promise<void> {
  const { index } = context;
  const tasks = index.endpointsOfSandbox(wanted.id).filter((endpoint) => serviceOf(context, endpoint) !== undefined);
  if (options.drain !== false) await Promise.all(tasks.map((task) => drain(context, task, options)));
  try {
    await removeNow(context, wanted, options);
  } finally {
    for (const task of tasks) {
      const service = serviceOf(context, task);
      if (service === undefined) continue;
      await spreadService(context, service.id);
      await forgetTraffic(context, task, service);
    }
  }
}

function removeNow(context: Context, wanted: Sandbox, options: CallOptions): Promise<void> {
  const { index, locks, logger } = context;
  return locks.with([sandboxLock(wanted.id)], async () => {
    const sandbox = stillThere("sandbox", index.sandboxes.get(wanted.id), wanted.name);
    const endpoints = index.endpointsOfSandbox(sandbox.id);
    options.signal?.throwIfAborted();
    try {
      await removeTogether(context, sandbox, endpoints, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      logger.warn({ sandbox: sandbox.id }, `sandbox ${sandbox.name} goes piece by piece: ${reasonOf(error)}`);
      await removePieceByPiece(context, sandbox, options);
    }
  });
}

/** One change: a platform deletes a namespace faster than the links in it. */
async function removeTogether(
  context: Context,
  sandbox: Sandbox,
  endpoints: readonly Endpoint[],
  options: CallOptions,
): Promise<void> {
  const { platform, planner, writer } = context;
  const plans = [...endpoints.map((endpoint) => planner.planEndpoint(endpoint, sandbox)), planner.planSandbox(sandbox)];
  const marks = [
    putSandbox({ ...sandbox, state: "deleting" }),
    ...endpoints.map((endpoint) => putEndpoint({ ...endpoint, state: "deleting" })),
  ];
  const step = {
    change: { remove: plans.flatMap(({ own }) => own), add: [] },
    intent: marks,
    withdrawal: [putSandbox(sandbox), ...endpoints.map(putEndpoint)],
  };
  await applyAndRecord(platform, writer, step, options);
  for (const endpoint of endpoints) await forgetEndpoint(context, endpoint);
  await forgetSandbox(context, sandbox);
}

/** For whoever holds the sandbox's lock. */
export async function removePieceByPiece(context: Context, sandbox: Sandbox, options: CallOptions): Promise<void> {
  const { index, platform, planner, writer } = context;
  const errors: unknown[] = [];
  const attempt = async (body: () => Promise<void>) => {
    try {
      await body();
    } catch (error) {
      errors.push(error);
    }
  };
  const deleting: Sandbox = { ...sandbox, state: "deleting" };
  index.sandboxes.put(deleting);
  for (const { id } of index.endpointsOfSandbox(sandbox.id)) {
    // Taken anew: those that left before may have passed their default route on to this one.
    const endpoint = index.endpoint(id);
    if (endpoint !== undefined) await attempt(() => leaveSandbox(context, sandbox, endpoint, options));
  }
  await attempt(async () => {
    const step = {
      change: { remove: planner.planSandbox(sandbox).own, add: [] },
      intent: [putSandbox(deleting)],
      withdrawal: [putSandbox(deleting)],
    };
    await applyAndRecord(platform, writer, step, options);
    // With endpoints left, the record is still needed to plan their removal.
    if (index.endpointsOfSandbox(sandbox.id).length === 0) await forgetSandbox(context, sandbox);
  });
  if (errors.length > 0) throw severalErrors(`sandbox ${sandbox.name} is not removed`, errors);
}

/** After its host objects and its endpoints. */
export async function forgetSandbox({ index, writer, shared, logger, emit }: Context, sandbox: Sandbox): Promise<void> {
  index.sandboxes.delete(sandbox);
  index.forget(sandbox.id);
  writer.writeLater([deleteSandbox(sandbox)]);
  await shared.release(sandbox.id).catch((error: unknown) => {
    logger.warn({ sandbox: sandbox.id }, `host objects that nobody needs are left for a repair: ${reasonOf(error)}`);
  });
  emit("sandbox.remove", { sandbox });
}
