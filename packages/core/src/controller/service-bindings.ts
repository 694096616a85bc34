import type { FamilyPortPolicy, PortPolicy } from "../contracts/driver.ts";
import type { PortRequest, PublishedPort } from "../model/port.ts";
import type { Service } from "../model/service.ts";
import type { Context } from "./context.ts";
import type { UndoStack } from "./undo-stack.ts";

/** Takes the host's ports that lead to all tasks of a service, on all addresses of the families that its tasks have. */
export async function bindPorts(
  context: Context,
  service: Service,
  undo: UndoStack,
): Promise<readonly PublishedPort[]> {
  const requests = service.ports
    .filter(({ mode }) => mode === "ingress" && service.endpointMode === "vip")
    .map(
      ({ protocol, published, target }): PortRequest => ({
        protocol,
        hostPorts: { first: published, last: published },
        targetPort: target,
      }),
    );
  if (requests.length === 0) return [];
  context.planner.hostBalancer(service);
  const bindings = await context.ports.allocate(requests, policyOf(context, service), `service ${service.name}`);
  undo.push(() => context.ports.release(bindings));
  return bindings;
}

function policyOf({ index, platform }: Context, { name, networks }: Service): PortPolicy {
  const pools = networks.flatMap(({ networkId }) => index.networks.get(networkId)?.ipam.pools ?? []);
  const on = (family: 4 | 6, address: string): FamilyPortPolicy =>
    pools.some((pool) => pool.family === family)
      ? { mode: "bind", address }
      : { mode: "none", reason: `service ${name} is on no network with IPv${family}` };
  return {
    ipv4: on(4, "0.0.0.0"),
    ipv6: platform.facts.ipv6 ? on(6, "::") : { mode: "none", reason: "this host has no IPv6" },
  };
}
