import type { Balancer } from "../contracts/balancer.ts";
import type { PlanningDriver } from "../contracts/driver.ts";
import type { Platform } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { ServiceId } from "../model/ids.ts";
import type { Family, Network } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import { clientView, hostView, networkView, type StaffedService } from "../services/balanced-view.ts";
import { withServicePorts } from "../services/service-ports.ts";
import { chooseGateways } from "./choose-gateways.ts";
import type { ModelIndex } from "./model-index.ts";
import type { PublishedServices } from "./published-services.ts";

/** What host objects each record needs, asked of its driver. */
export class Planner {
  readonly #platform: Platform;
  readonly #drivers: ReadonlyMap<string, PlanningDriver>;
  readonly #index: ModelIndex;
  readonly #services: PublishedServices;

  constructor(platform: Platform, index: ModelIndex, services: PublishedServices) {
    this.#services = services;
    this.#platform = platform;
    this.#drivers = new Map(platform.drivers.map((driver) => [driver.name, driver]));
    this.#index = index;
  }

  driverNames(): readonly string[] {
    return [...this.#drivers.keys()];
  }

  findDriver(name: string): PlanningDriver | undefined {
    return this.#drivers.get(name);
  }

  driverOf(network: Network): PlanningDriver {
    const driver = this.#drivers.get(network.driver);
    if (driver !== undefined) return driver;
    const message = `network ${network.name} needs the driver ${network.driver}, which this host has not`;
    throw new CnmError("unsupported", "no-such-driver", message);
  }

  planNetwork(network: Network): Plan {
    return split(this.driverOf(network).planNetwork(network, this.#platform.facts));
  }

  planSandbox(sandbox: Sandbox): Plan {
    return split(this.#platform.planSandbox(sandbox));
  }

  /** With services as this endpoint has been told of them: what changes of them meanwhile reaches it with the next word. */
  planEndpoint(endpoint: Endpoint, sandbox: Sandbox): Plan {
    return this.#planWith(endpoint, sandbox, this.#services.toldTo(endpoint));
  }

  /** With services as everybody should know them by now. */
  planUpToDate(endpoint: Endpoint, sandbox: Sandbox): Plan {
    return this.#planWith(endpoint, sandbox, this.#services.on(endpoint.networkId));
  }

  #planWith(endpoint: Endpoint, sandbox: Sandbox, services: readonly StaffedService[]): Plan {
    const known = services.find(({ service }) => service.id === endpoint.task?.serviceId);
    const own = this.#planAttachment(withServicePorts(endpoint, known?.service), sandbox);
    if (services.length === 0) return split(own);
    return split([...own, ...services.flatMap((staffed) => this.#planBalancing(endpoint, sandbox, staffed))]);
  }

  /**
   * What an endpoint's sandbox has for one service: how it reaches it, and, if it is a task, its own place on the network with
   * the ports open that lead to it. Not staffed: there is no such service, and what was its task is plain.
   */
  planPart(endpoint: Endpoint, sandbox: Sandbox, serviceId: ServiceId, staffed: StaffedService | undefined): Plan {
    const isTask = endpoint.task?.serviceId === serviceId;
    const place = isTask ? this.#planAttachment(withServicePorts(endpoint, staffed?.service), sandbox) : [];
    return split(staffed === undefined ? place : [...place, ...this.#planBalancing(endpoint, sandbox, staffed)]);
  }

  /** What the host itself has for a service: its ports that lead to the tasks, and what its networks do for all sandboxes. */
  planService(service: Service): Plan {
    const networks = service.networks.flatMap(({ networkId }) => this.#index.networks.get(networkId) ?? []);
    const view = hostView(service, this.#services.tasksOf(service.id), networks);
    const ports = view.services.length === 0 ? [] : this.hostBalancer(service).plan(view);
    return split([...ports, ...this.#planNetworks(service)]);
  }

  #planNetworks(service: Service): readonly Resource[] {
    if (service.endpointMode !== "vip") return [];
    const balancer = this.#balancerOf(service);
    if (!balancer.places.includes("network")) return [];
    return service.networks.flatMap(({ networkId }) =>
      balancer.plan(networkView(service, networkId, this.#services.of(networkId, service.id)?.tasks ?? [])),
    );
  }

  hostBalancer({ name }: Pick<Service, "name">): Balancer {
    const found = this.#platform.balancers.find(({ places }) => places.includes("host"));
    if (found !== undefined) return found;
    const message = `service ${name} cannot have ports on this host: nothing here balances them`;
    throw new CnmError("unsupported", "no-host-balancer", message);
  }

  #planAttachment(endpoint: Endpoint, sandbox: Sandbox): readonly Resource[] {
    const network = this.networkOf(endpoint);
    const context = { network, sandbox, host: this.#platform.facts };
    return this.driverOf(network).planEndpoint(endpoint, context);
  }

  #planBalancing(endpoint: Endpoint, sandbox: Sandbox, staffed: StaffedService): readonly Resource[] {
    const view = clientView(endpoint, sandbox, [staffed]);
    if (view.services.length === 0) return [];
    const balancer = this.#balancerOf(staffed.service);
    return balancer.places.includes("sandbox") ? balancer.plan(view) : [];
  }

  #balancerOf({ name, balancer }: Service): Balancer {
    const found = this.#platform.balancers.find((one) => one.name === balancer);
    if (found !== undefined) return found;
    const message = `service ${name} needs the balancer ${balancer}, which this host has not`;
    throw new CnmError("unsupported", "no-such-balancer", message);
  }

  networkOf({ name, networkId }: Endpoint): Network {
    const network = this.#index.networks.get(networkId);
    if (network !== undefined) return network;
    throw new CnmError(
      "internal",
      "no-such-network",
      `endpoint ${name} is on network ${networkId}, which is not there`,
    );
  }

  /** The endpoints of one sandbox with their gateway flags settled anew. Those that do not change stay the same objects. */
  withGateways(endpoints: readonly Endpoint[]): readonly Endpoint[] {
    const { ipv4, ipv6 } = chooseGateways(
      endpoints
        .filter(({ state }) => state !== "deleting")
        .map((endpoint) => ({ endpoint, network: this.networkOf(endpoint), offers: this.#offers(endpoint) })),
    );
    return endpoints.map((endpoint) => {
      // What is being deleted keeps the flags with which it was made: its plan has to be found again.
      if (endpoint.state === "deleting") return endpoint;
      const gateway = { ipv4: endpoint.id === ipv4, ipv6: endpoint.id === ipv6 };
      const same = gateway.ipv4 === endpoint.gateway.ipv4 && gateway.ipv6 === endpoint.gateway.ipv6;
      return same ? endpoint : { ...endpoint, gateway };
    });
  }

  #offers(endpoint: Endpoint): readonly Family[] {
    const network = this.networkOf(endpoint);
    const driver = this.driverOf(network);
    const families: readonly Family[] = [4, 6];
    return families.filter((family) => driver.offersGateway(network, family, endpoint));
  }
}

export interface Plan {
  /** Of the record alone. */
  readonly own: readonly Resource[];
  /** Needed by others as well. */
  readonly shared: readonly Resource[];
}

function split(resources: readonly Resource[]): Plan {
  const shared: Resource[] = [];
  for (const resource of resources) if (resource.shared === true) shared.push(resource);
  return shared.length === 0
    ? { own: resources, shared }
    : { own: resources.filter((resource) => resource.shared !== true), shared };
}
