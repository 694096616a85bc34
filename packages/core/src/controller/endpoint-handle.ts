import type { CallOptions } from "../contracts/platform.ts";
import type { Endpoint } from "../model/endpoint.ts";
import type { EndpointId } from "../model/ids.ts";
import type { Context } from "./context.ts";
import { stillThere } from "./find-record.ts";
import { leave } from "./leave.ts";

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
   * Takes the interface out of the sandbox, withdraws published ports, and gives back the addresses. If the host fails,
   * it can be called again.
   * @throws CnmError `not-found` when it has left already
   */
  async leave(options: CallOptions = {}): Promise<void> {
    await leave(this.#context, this.#record, options);
  }
}
