import type { Endpoint } from "../model/endpoint.ts";
import type { NetworkId, ServiceId } from "../model/ids.ts";
import type { StaffedService } from "../services/balanced-view.ts";

/**
 * Services with their tasks as the sandboxes of each network have been told of them. What joins is told at once; what is there
 * already follows one after the other, and is known meanwhile to have what was before.
 */
export class PublishedServices {
  readonly #networks = new Map<string, Map<string, StaffedService>>();
  /** By network and service. */
  readonly #pending = new Map<string, Map<string, PendingChange>>();

  on(networkId: NetworkId): readonly StaffedService[] {
    const services = this.#networks.get(networkId);
    return services === undefined ? NONE : [...services.values()];
  }

  of(networkId: NetworkId, serviceId: ServiceId): StaffedService | undefined {
    return this.#networks.get(networkId)?.get(serviceId);
  }

  /** All services of its network as this endpoint knows them. */
  toldTo({ id, networkId }: Endpoint): readonly StaffedService[] {
    const changes = this.#pending.get(networkId);
    const services = this.on(networkId);
    if (changes === undefined) return services;
    const pending = [...changes].filter(([, { untold }]) => untold.has(id));
    const newer = new Set(pending.map(([serviceId]) => serviceId));
    const older = pending.flatMap(([, { before }]) => before ?? []);
    return [...services.filter(({ service }) => !newer.has(service.id)), ...older];
  }

  /** On all its networks. */
  tasksOf(serviceId: ServiceId): readonly Endpoint[] {
    return [...this.#networks.values()].flatMap((services) => services.get(serviceId)?.tasks ?? []);
  }

  put(networkId: NetworkId, staffed: StaffedService): void {
    inner(this.#networks, networkId).set(staffed.service.id, staffed);
  }

  delete(networkId: NetworkId, serviceId: ServiceId): void {
    remove(this.#networks, networkId, serviceId);
  }

  /**
   * Publishes a service anew, and returns what was published of it. The endpoints have that until they are {@link told}.
   * Undefined: it is not on the network.
   */
  change(
    networkId: NetworkId,
    serviceId: ServiceId,
    after: StaffedService | undefined,
    untold: readonly Pick<Endpoint, "id">[],
  ): StaffedService | undefined {
    const before = this.of(networkId, serviceId);
    if (after === undefined) this.delete(networkId, serviceId);
    else this.put(networkId, after);
    if (untold.length > 0) {
      inner(this.#pending, networkId).set(serviceId, { before, untold: new Set(untold.map(({ id }) => id)) });
    }
    return before;
  }

  told({ id, networkId }: Pick<Endpoint, "id" | "networkId">, serviceId: ServiceId): void {
    const untold = this.#pending.get(networkId)?.get(serviceId)?.untold;
    untold?.delete(id);
    if (untold?.size === 0) remove(this.#pending, networkId, serviceId);
  }
}

interface PendingChange {
  /** Undefined: there was no such service on the network. */
  readonly before: StaffedService | undefined;
  readonly untold: Set<string>;
}

const NONE: readonly StaffedService[] = [];

function inner<T>(outer: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const found = outer.get(key) ?? new Map<string, T>();
  outer.set(key, found);
  return found;
}

function remove<T>(outer: Map<string, Map<string, T>>, key: string, innerKey: string): void {
  const found = outer.get(key);
  found?.delete(innerKey);
  if (found?.size === 0) outer.delete(key);
}
