import type { HealthReport } from "../health/prober.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { EndpointId } from "../model/ids.ts";
import type { Health } from "../model/task.ts";
import { changeTask } from "./change-task.ts";
import type { Context } from "./context.ts";
import { stillThere } from "./find-record.ts";
import { type LeaveOptions, leave } from "./leave.ts";

/** An endpoint by its id. It holds no state: every call reads the current record. */
export class EndpointHandle {
  readonly id: EndpointId;
  readonly name: string;
  readonly #context: Context;
  readonly #record: Endpoint;

  constructor(context: Context, endpoint: Endpoint) {
    this.id = endpoint.id;
    this.name = endpoint.name;
    this.#context = context;
    this.#record = endpoint;
  }

  /** @throws CnmError `not-found` when it has left */
  async info(): Promise<Endpoint> {
    return stillThere("endpoint", this.#context.index.endpoint(this.id), this.name);
  }

  /**
   * What the embedder knows of a task's health: an unhealthy one gets no connections and no name. Resolves when every
   * sandbox on this host knows. Where its health is tested, it holds until the next test.
   * @throws CnmError `invalid` "no-task" when it works for no service; `not-found`
   */
  async setHealth(health: Health): Promise<void> {
    await changeTask(this.#context, this.#record, { health });
  }

  /** What tests of a task have shown. Undefined where none are made. */
  healthReport(): HealthReport | undefined {
    return this.#context.prober.report(this.id);
  }

  /** @throws CnmError `invalid` "no-task"; `not-found` */
  async setWeight(weight: number): Promise<void> {
    await changeTask(this.#context, this.#record, { weight });
  }

  /**
   * Takes the interface out of the sandbox, withdraws published ports, and gives back the addresses. If the host fails,
   * it can be called again.
   * @throws CnmError `not-found` when it has left already
   */
  async leave(options: LeaveOptions = {}): Promise<void> {
    // As it is now: it may have become a task of no service since.
    await leave(this.#context, this.#context.index.endpoint(this.id) ?? this.#record, options);
  }
}
