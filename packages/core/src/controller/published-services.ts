import type { Endpoint } from "../model/endpoint.ts";
import type { NetworkId, ServiceId } from "../model/ids.ts";
import type { StaffedService } from "../services/balanced-view.ts";

/**
 * Services with their tasks as the sandboxes of each network are told of them. What joins is told at once; what is there
 * already follows one after the other, and is known to have what it was told last until then, or for good if that fails.
 */
export class PublishedServices {
  readonly #networks = new Map<string, Map<string, StaffedService>>();
  /** By network, service and endpoint: what those have that do not have the latest. Undefined: no such service. */
  readonly #former = new Map<string, Map<string, Map<string, StaffedService | undefined>>>();

  on(networkId: NetworkId): readonly StaffedService[] {
    const services = this.#networks.get(networkId);
    return services === undefined ? NONE : [...services.values()];
  }

  of(networkId: NetworkId, serviceId: ServiceId): StaffedService | undefined {
    return this.#networks.get(networkId)?.get(serviceId);
  }

  /** The service as this endpoint has been told of it. */
  toldOf({ id, networkId }: Endpoint, serviceId: ServiceId): StaffedService | undefined {
    const former = this.#former.get(networkId)?.get(serviceId);
    return former?.has(id) === true ? former.get(id) : this.of(networkId, serviceId);
  }

  /** All services of its network as this endpoint has been told of them. */
  toldTo({ id, networkId }: Endpoint): readonly StaffedService[] {
    const former = this.#former.get(networkId);
    const services = this.on(networkId);
    if (former === undefined) return services;
    const missed = new Map([...former].flatMap(([serviceId, had]) => (had.has(id) ? [[serviceId, had.get(id)]] : [])));
    const older = [...missed.values()].flatMap((staffed) => staffed ?? []);
    return [...services.filter(({ service }) => !missed.has(service.id)), ...older];
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
   * Publishes a service anew. The endpoints have what they had until they are {@link told}.
   * @param after Undefined: it is not on the network any more.
   */
  change(
    networkId: NetworkId,
    serviceId: ServiceId,
    after: StaffedService | undefined,
    untold: readonly Pick<Endpoint, "id">[],
  ): void {
    const before = this.of(networkId, serviceId);
    if (after === undefined) this.delete(networkId, serviceId);
    else this.put(networkId, after);
    if (untold.length === 0) return;
    const former = inner(inner(this.#former, networkId), serviceId);
    // One that could not be told of the change before this one has not come as far.
    for (const { id } of untold) if (!former.has(id)) former.set(id, before);
  }

  /** It has the service as it is published. */
  told({ id, networkId }: Pick<Endpoint, "id" | "networkId">, serviceId: string): void {
    const former = this.#former.get(networkId)?.get(serviceId);
    former?.delete(id);
    if (former?.size === 0) remove(this.#former, networkId, serviceId);
  }

  /** It has all services as they are published, or is gone. */
  toldAll(endpoint: Pick<Endpoint, "id" | "networkId">): void {
    const former = this.#former.get(endpoint.networkId);
    if (former !== undefined) for (const serviceId of [...former.keys()]) this.told(endpoint, serviceId);
  }
}

const NONE: readonly StaffedService[] = [];

function inner<K, V>(outer: Map<string, Map<K, V>>, key: string): Map<K, V> {
  const found = outer.get(key) ?? new Map<K, V>();
  outer.set(key, found);
  return found;
}

function remove<T>(outer: Map<string, Map<string, T>>, key: string, innerKey: string): void {
  const found = outer.get(key);
  found?.delete(innerKey);
  if (found?.size === 0) outer.delete(key);
}
