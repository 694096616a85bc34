import type { Backend, BalancedView, VirtualService } from "../contracts/balancer.ts";
import type { Endpoint, EndpointAddress } from "../model/endpoint.ts";
import type { NetworkId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { PublishedServicePort, Service } from "../model/service.ts";
import { takesConnections } from "../model/task.ts";

/** A service with its tasks on one network, in the order in which they joined. */
export interface StaffedService {
  readonly service: Service;
  readonly tasks: readonly Endpoint[];
}

/** What an endpoint's sandbox balances for itself: the virtual IPs of all services of the endpoint's network. */
export function clientView(endpoint: Endpoint, sandbox: Sandbox, services: readonly StaffedService[]): BalancedView {
  return {
    owner: { kind: "endpoint", id: endpoint.id },
    place: { type: "sandbox", namespacePath: sandbox.namespace.path },
    services: services.flatMap(({ service, tasks }) => virtualServices(service, endpoint.networkId, tasks)),
  };
}

function virtualServices(service: Service, networkId: string, tasks: readonly Endpoint[]): readonly VirtualService[] {
  const vips = service.networks.find((network) => network.networkId === networkId)?.vips ?? [];
  return vips.flatMap((vip) =>
    service.ports.map((port) => virtualService(service, port, withoutLength(vip.address), backends(tasks, port, vip))),
  );
}

/** What a network balances for all of its sandboxes on this host: the virtual IPs of one service. */
export function networkView(service: Service, networkId: NetworkId, tasks: readonly Endpoint[]): BalancedView {
  return {
    owner: { kind: "service", id: service.id },
    place: { type: "network", networkId },
    services: virtualServices(service, networkId, tasks),
  };
}

/** What the host balances itself: each of its addresses at which a port of the service is published. */
export function hostView(
  service: Service,
  tasks: readonly Endpoint[],
  networks: readonly Network[] = [],
): BalancedView {
  return {
    owner: { kind: "service", id: service.id },
    place: { type: "host", networks },
    services: service.bindings.flatMap(({ protocol, hostAddress, hostPort, targetPort }) => {
      const port = service.ports.find((one) => one.protocol === protocol && one.target === targetPort);
      if (port === undefined) return [];
      const family = hostAddress.includes(":") ? 6 : 4;
      const led = backends(tasks, port, { family });
      return [virtualService(service, { ...port, published: hostPort }, hostAddress, led)];
    }),
  };
}

function virtualService(
  { id, scheduler, affinity, timeouts }: Service,
  { protocol, published }: PublishedServicePort,
  address: string,
  all: readonly Backend[],
): VirtualService {
  const sticky = affinity === undefined ? {} : { affinity };
  return { serviceId: id, address, protocol, port: published, scheduler, ...sticky, timeouts, backends: all };
}

/**
 * A task that takes no connections stays, without weight: those that it has go on. One that leaves for good is not here
 * any more.
 */
function backends(
  tasks: readonly Endpoint[],
  { target }: PublishedServicePort,
  { family }: Pick<EndpointAddress, "family">,
): readonly Backend[] {
  return tasks.flatMap(({ id, task, addresses }): readonly Backend[] => {
    const own = addresses.find((candidate) => candidate.family === family && candidate.poolId !== undefined);
    if (own === undefined || task === undefined) return [];
    const weight = takesConnections(task) ? task.weight : 0;
    return [{ endpointId: id, address: withoutLength(own.address), port: target, weight }];
  });
}

const withoutLength = (address: string): string => address.replace(/\/.*$/, "");
