import { formatOwner } from "../model/owner.ts";
import type { Context } from "./context.ts";
import { operationError } from "./operation-error.ts";

/** Holds the published ports that could not be held so far. Returns why some still cannot. */
export async function holdPorts({ index, planner, ports, unheldPorts }: Context): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  for (const id of [...unheldPorts.keys()]) {
    const endpoint = index.endpoint(id);
    unheldPorts.delete(id);
    if (endpoint === undefined || endpoint.state === "deleting") continue;
    const owner = `endpoint ${endpoint.name} on network ${planner.networkOf(endpoint).name}`;
    try {
      await ports.restore(endpoint.ports, owner);
    } catch (error) {
      unheldPorts.set(id, error);
      errors.push(operationError(`ports of ${owner} (${formatOwner({ kind: "endpoint", id })}) are not held`, error));
    }
  }
  return errors;
}
