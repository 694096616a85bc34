import type { CallOptions } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { NetworkId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Context } from "./context.ts";
import { EndpointHandle } from "./endpoint-handle.ts";
import { stillThere } from "./find-record.ts";
import { removeNetwork } from "./remove-network.ts";

/** A network by its id. It holds no state: every call reads the current record. */
export class NetworkHandle {
  readonly id: NetworkId;
  readonly name: string;
  readonly #context: Context;
  readonly #record: Network;

  constructor(context: Context, network: Network) {
    this.id = network.id;
    this.name = network.name;
    this.#context = context;
    this.#record = network;
  }

  /** @throws CnmError `not-found` when it has been removed */
  async info(): Promise<Network> {
    return stillThere("network", this.#context.index.networks.get(this.id), this.name);
  }

  /** In the order in which they joined. */
  async endpoints(): Promise<readonly EndpointHandle[]> {
    const { index } = this.#context;
    return index
      .endpointsOfNetwork(this.id)
      .filter(({ state }) => state !== "pending")
      .map((endpoint) => new EndpointHandle(this.#context, endpoint));
  }

  /** @throws CnmError `forbidden` "active-endpoints" that lists them; `not-found` */
  async remove(options: CallOptions = {}): Promise<void> {
    await removeNetwork(this.#context, this.#record, options);
  }

  /** Removes it. That it has been removed before is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove().catch(unlessNotFound);
  }
}

export function unlessNotFound(error: unknown): void {
  if (!(error instanceof CnmError) || error.kind !== "not-found") throw error;
}
