import type { Endpoint } from "../model/endpoint.ts";
import type { NetworkId, ServiceId } from "../model/ids.ts";
import type { StaffedService } from "../services/balanced-view.ts";

/**
 * Services with their tasks as they have been told to the sandboxes of each network. What joins meanwhile is made so; what is
 * there already follows one after the other.
 */
export class PublishedServices {
  readonly #networks = new Map<string, Map<string, StaffedService>>();

  on(networkId: NetworkId): readonly StaffedService[] {
    const services = this.#networks.get(networkId);
    return services === undefined ? NONE : [...services.values()];
  }

  of(networkId: NetworkId, serviceId: ServiceId): StaffedService | undefined {
    return this.#networks.get(networkId)?.get(serviceId);
  }

  /** On all its networks. */
  tasksOf(serviceId: ServiceId): readonly Endpoint[] {
    return [...this.#networks.values()].flatMap((services) => services.get(serviceId)?.tasks ?? []);
  }

  put(networkId: NetworkId, staffed: StaffedService): void {
    const services = this.#networks.get(networkId) ?? new Map<string, StaffedService>();
    this.#networks.set(networkId, services);
    services.set(staffed.service.id, staffed);
  }

  delete(networkId: NetworkId, serviceId: ServiceId): void {
    const services = this.#networks.get(networkId);
    services?.delete(serviceId);
    if (services?.size === 0) this.#networks.delete(networkId);
  }
}

const NONE: readonly StaffedService[] = [];
