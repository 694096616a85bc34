import type { CallOptions, InterfaceStatistics } from "../contracts/platform.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Context } from "./context.ts";
import { stillThere } from "./find-record.ts";
import { operationError } from "./operation-error.ts";

/** What went through each interface of a sandbox. */
export async function statistics(
  { index, platform }: Context,
  wanted: Sandbox,
  options: CallOptions = {},
): Promise<readonly InterfaceStatistics[]> {
  const sandbox = stillThere("sandbox", index.sandboxes.get(wanted.id), wanted.name);
  try {
    return await platform.statistics(sandbox.namespace.path, options);
  } catch (error) {
    throw operationError(`sandbox ${sandbox.name} has no statistics`, error);
  }
}
