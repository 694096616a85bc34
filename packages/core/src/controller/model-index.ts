import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import { NamedRecords } from "./named-records.ts";
import { SegmentCounts } from "./segment-counts.ts";

/** The records in memory. The store has the same, a moment later. */
export class ModelIndex {
  readonly networks = new NamedRecords<Network>();
  readonly sandboxes = new NamedRecords<Sandbox>();
  readonly services = new NamedRecords<Service>();
  readonly #segments = new SegmentCounts();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #ofNetwork = new Map<string, NamedRecords<Endpoint>>();
  readonly #ofSandbox = new Map<string, NamedRecords<Endpoint>>();
  readonly #ofService = new Map<string, NamedRecords<Endpoint>>();

  endpoint(id: string): Endpoint | undefined {
    return this.#endpoints.get(id);
  }

  endpoints(): readonly Endpoint[] {
    return [...this.#endpoints.values()];
  }

  /** In the order in which they joined. */
  endpointsOfNetwork(id: string): readonly Endpoint[] {
    return this.#ofNetwork.get(id)?.values() ?? [];
  }

  endpointOnNetwork(networkId: string, name: string): Endpoint | undefined {
    return this.#ofNetwork.get(networkId)?.named(name);
  }

  /** The first of a network's segments with fewer endpoints than `size`. */
  segmentWithRoom(networkId: string, size: number): number {
    return this.#segments.withRoom(networkId, size);
  }

  /** In the order in which they joined. */
  endpointsOfSandbox(id: string): readonly Endpoint[] {
    return this.#ofSandbox.get(id)?.values() ?? [];
  }

  /** On all its networks, in the order in which they joined. */
  tasksOf(serviceId: string): readonly Endpoint[] {
    return this.#ofService.get(serviceId)?.values() ?? [];
  }

  putEndpoint(endpoint: Endpoint): void {
    const before = this.#endpoints.get(endpoint.id);
    // One that stays with its service keeps its place among the tasks.
    if (before?.task?.serviceId !== endpoint.task?.serviceId) this.#leaveService(endpoint.id);
    if (before === undefined) this.#segments.add(endpoint);
    this.#endpoints.set(endpoint.id, endpoint);
    if (endpoint.task !== undefined) groupIn(this.#ofService, endpoint.task.serviceId).put(endpoint);
    groupIn(this.#ofNetwork, endpoint.networkId).put(endpoint);
    groupIn(this.#ofSandbox, endpoint.sandboxId).put(endpoint);
  }

  deleteEndpoint(endpoint: Endpoint): void {
    this.#leaveService(endpoint.id);
    if (this.#endpoints.delete(endpoint.id)) this.#segments.remove(endpoint);
    this.#ofNetwork.get(endpoint.networkId)?.delete(endpoint);
    this.#ofSandbox.get(endpoint.sandboxId)?.delete(endpoint);
  }

  /** After the last endpoint of a network or a sandbox. */
  forget(id: string): void {
    this.#ofNetwork.delete(id);
    this.#segments.forget(id);
    this.#ofSandbox.delete(id);
  }

  #leaveService(id: string): void {
    const before = this.#endpoints.get(id);
    if (before?.task === undefined) return;
    const tasks = this.#ofService.get(before.task.serviceId);
    tasks?.delete(before);
    if (tasks?.size === 0) this.#ofService.delete(before.task.serviceId);
  }
}

function groupIn(groups: Map<string, NamedRecords<Endpoint>>, id: string): NamedRecords<Endpoint> {
  const group = groups.get(id) ?? new NamedRecords<Endpoint>();
  groups.set(id, group);
  return group;
}
