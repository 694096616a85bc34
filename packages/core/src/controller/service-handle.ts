import type { CallOptions } from "../contracts/platform.ts";
import type { ServiceId } from "../model/ids.ts";
import type { Service } from "../model/service.ts";
import type { ServiceUpdate } from "../options/service-spec.ts";
import type { Context } from "./context.ts";
import { EndpointHandle } from "./endpoint-handle.ts";
import { stillThere } from "./find-record.ts";
import { unlessNotFound } from "./network-handle.ts";
import { removeService } from "./remove-service.ts";
import { updateService } from "./update-service.ts";

/** A service by its id. It holds no state: every call reads the current record. */
export class ServiceHandle {
  readonly id: ServiceId;
  readonly name: string;
  readonly #context: Context;
  readonly #record: Service;

  constructor(context: Context, service: Service) {
    this.id = service.id;
    this.name = service.name;
    this.#context = context;
    this.#record = service;
  }

  /** @throws CnmError `not-found` when it has been removed */
  async info(): Promise<Service> {
    return stillThere("service", this.#context.index.services.get(this.id), this.name);
  }

  /** The endpoints that work for it, in the order in which they joined. */
  async tasks(): Promise<readonly EndpointHandle[]> {
    return this.#context.index
      .tasksOf(this.id)
      .filter(({ state }) => state !== "pending")
      .map((endpoint) => new EndpointHandle(this.#context, endpoint));
  }

  /**
   * Changes what is named and leaves the rest; undefined takes away what may be absent. Its name, its endpoint mode and its virtual IPs stay. Connections that
   * there are go on.
   * @throws CnmError `invalid` that lists every wrong option; `conflict` "port-in-use"; `not-found`
   */
  async update(spec: ServiceUpdate, options: CallOptions = {}): Promise<Service> {
    return updateService(this.#context, this.#record, spec, options);
  }

  /** Removes it. Its tasks stay as endpoints of their sandboxes. @throws CnmError `not-found` */
  async remove(options: CallOptions = {}): Promise<void> {
    await removeService(this.#context, this.#record, options);
  }

  /** Removes it. That it has been removed before is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove().catch(unlessNotFound);
  }
}
