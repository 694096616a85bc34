import { shortId } from "../model/ids.ts";
import type { PublishedPort } from "../model/port.ts";
import type { Context } from "./context.ts";
import { operationError } from "./operation-error.ts";

/** Holds the published ports that could not be held so far. Returns why some still cannot. */
export async function holdPorts(context: Context): Promise<readonly unknown[]> {
  const { ports, unheldPorts } = context;
  const errors: unknown[] = [];
  for (const id of [...unheldPorts.keys()]) {
    const holder = holderOf(context, id);
    unheldPorts.delete(id);
    if (holder === undefined) continue;
    try {
      await ports.restore(holder.ports, holder.name);
    } catch (error) {
      unheldPorts.set(id, error);
      errors.push(operationError(`ports of ${holder.name} (${shortId(id)}) are not held`, error));
    }
  }
  return errors;
}

interface PortsHolder {
  readonly name: string;
  readonly ports: readonly PublishedPort[];
}

/** An endpoint or a service that stays. */
function holderOf({ index, planner }: Context, id: string): PortsHolder | undefined {
  const service = index.services.get(id);
  if (service !== undefined) {
    return service.state === "deleting" ? undefined : { name: `service ${service.name}`, ports: service.bindings };
  }
  const endpoint = index.endpoint(id);
  if (endpoint === undefined || endpoint.state === "deleting") return undefined;
  const name = `endpoint ${endpoint.name} on network ${planner.networkOf(endpoint).name}`;
  return { name, ports: endpoint.ports };
}
