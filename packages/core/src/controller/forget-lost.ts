import type { Sandbox } from "../model/sandbox.ts";
import type { Context } from "./context.ts";
import { forgetEndpoint } from "./forget-endpoint.ts";
import { forgetSandbox } from "./remove-sandbox.ts";

/** Sandboxes whose namespace somebody else removed cannot be healed: they and their endpoints are forgotten. */
export async function forgetLost(context: Context, lost: readonly Sandbox[]): Promise<void> {
  for (const sandbox of lost) {
    const endpoints = context.index.endpointsOfSandbox(sandbox.id);
    context.logger.warn({ sandbox: sandbox.id }, `namespace ${sandbox.namespace.path} of ${sandbox.name} is gone`);
    context.emit("sandbox.lost", { sandbox, endpoints });
    for (const endpoint of endpoints) await forgetEndpoint(context, endpoint);
    await forgetSandbox(context, sandbox);
  }
}
