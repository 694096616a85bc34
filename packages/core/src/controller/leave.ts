import type { CallOptions } from "../contracts/platform.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { applyAndRecord } from "./apply-and-record.ts";
import type { Context } from "./context.ts";
import { drain, forgetTraffic, serviceOf } from "./drain.ts";
import { stillThere } from "./find-record.ts";
import { forgetEndpoint } from "./forget-endpoint.ts";
import { sandboxLock } from "./locks.ts";
import { changedEndpoints, membershipChange } from "./membership.ts";
import { operationError } from "./operation-error.ts";
import { putEndpoint } from "./record-changes.ts";
import { spreadService } from "./spread-service.ts";

/** A leave that fails at the host leaves the endpoint as it was, but marked: only leaving again is possible then. */
export interface LeaveOptions extends CallOptions {
  /** Of a task: let its connections end first, for as long as its service says. Default: true. */
  readonly drain?: boolean;
}

export async function leave(context: Context, wanted: Endpoint, options: LeaveOptions = {}): Promise<void> {
  const { index, locks } = context;
  const service = serviceOf(context, wanted);
  if (service !== undefined && options.drain !== false) await drain(context, wanted, options);
  await locks.with([sandboxLock(wanted.sandboxId)], async () => {
    const endpoint = stillThere("endpoint", index.endpoint(wanted.id), wanted.name);
    const sandbox = stillThere("sandbox", index.sandboxes.get(endpoint.sandboxId), endpoint.sandboxId);
    options.signal?.throwIfAborted();
    await leaveSandbox(context, sandbox, endpoint, options);
  });
  if (service === undefined) return;
  await spreadService(context, service.id);
  await forgetTraffic(context, wanted, service);
}

/** For whoever holds the sandbox's lock. */
export async function leaveSandbox(
  context: Context,
  sandbox: Sandbox,
  endpoint: Endpoint,
  options: CallOptions,
): Promise<void> {
  const { index, planner, platform, writer, emit } = context;
  const before = index.endpointsOfSandbox(sandbox.id);
  const others = before.filter(({ id }) => id !== endpoint.id);
  const after = planner.withGateways(others);
  const changed = changedEndpoints(others, after);
  const deleting: Endpoint = { ...endpoint, state: "deleting" };
  try {
    const step = {
      change: membershipChange(planner, sandbox, before, after),
      intent: [putEndpoint(deleting)],
      withdrawal: [putEndpoint(deleting)],
    };
    await applyAndRecord(platform, writer, step, options);
  } catch (error) {
    index.putEndpoint(deleting);
    throw operationError(`endpoint ${endpoint.name} does not leave sandbox ${sandbox.name}`, error);
  }
  for (const other of changed) index.putEndpoint(other);
  writer.writeLater(changed.map(putEndpoint));
  await forgetEndpoint(context, endpoint);
  for (const other of changed) emit("endpoint.gateway", { endpoint: other });
}
