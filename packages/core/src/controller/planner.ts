import type { PlanningDriver } from "../contracts/driver.ts";
import type { Platform } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { Family, Network } from "../model/network.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { chooseGateways } from "./choose-gateways.ts";
import type { ModelIndex } from "./model-index.ts";

/** What host objects each record needs, asked of its driver. */
export class Planner {
  readonly #platform: Platform;
  readonly #drivers: ReadonlyMap<string, PlanningDriver>;
  readonly #index: ModelIndex;

  constructor(platform: Platform, index: ModelIndex) {
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

  planEndpoint(endpoint: Endpoint, sandbox: Sandbox): Plan {
    const network = this.networkOf(endpoint);
    const context = { network, sandbox, host: this.#platform.facts };
    return split(this.driverOf(network).planEndpoint(endpoint, context));
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
