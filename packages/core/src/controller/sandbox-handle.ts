import type { CallOptions, InterfaceStatistics } from "../contracts/platform.ts";
import type { SandboxId } from "../model/ids.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { JoinSpec } from "../options/join-spec.ts";
import type { Context } from "./context.ts";
import { EndpointHandle } from "./endpoint-handle.ts";
import { findRecord, stillThere } from "./find-record.ts";
import { join } from "./join.ts";
import type { LeaveOptions } from "./leave.ts";
import { type NetworkHandle, unlessNotFound } from "./network-handle.ts";
import { removeSandbox } from "./remove-sandbox.ts";
import { statistics } from "./statistics.ts";

/** A sandbox by its id. It holds no state: every call reads the current record. */
export class SandboxHandle {
  readonly id: SandboxId;
  readonly name: string;
  readonly #context: Context;
  readonly #record: Sandbox;

  constructor(context: Context, sandbox: Sandbox) {
    this.id = sandbox.id;
    this.name = sandbox.name;
    this.#context = context;
    this.#record = sandbox;
  }

  /** @throws CnmError `not-found` when it has been removed */
  async info(): Promise<Sandbox> {
    return stillThere("sandbox", this.#context.index.sandboxes.get(this.id), this.name);
  }

  /**
   * Gives the sandbox an interface on a network.
   *
   * @param network A handle, an id, a name, or the start of an id.
   * @throws CnmError `invalid` that lists every wrong option; `not-found`; `forbidden` "address-in-use", "endpoint-exists";
   *   `conflict` "port-in-use" that names who has the port; `unavailable` "no-address" when the network is full. Nothing of
   *   the endpoint is left then.
   * @example
   * const endpoint = await box.join("web", { aliases: ["www"], ports: ["8080:80/tcp"] });
   * const { interfaceName, addresses } = await endpoint.info();
   */
  async join(network: NetworkHandle | string, spec: JoinSpec = {}, options: CallOptions = {}): Promise<EndpointHandle> {
    const { index } = this.#context;
    const idOrName = typeof network === "string" ? network : network.id;
    const parties = { network: findRecord("network", index.networks, idOrName), sandbox: this.#record };
    return new EndpointHandle(this.#context, await join(this.#context, parties, spec, options));
  }

  /** In the order in which they joined. */
  async endpoints(): Promise<readonly EndpointHandle[]> {
    return this.#context.index
      .endpointsOfSandbox(this.id)
      .filter(({ state }) => state !== "pending")
      .map((endpoint) => new EndpointHandle(this.#context, endpoint));
  }

  async statistics(options: CallOptions = {}): Promise<readonly InterfaceStatistics[]> {
    return statistics(this.#context, this.#record, options);
  }

  /** Removes it with all its endpoints. What fails is told together, after all else was done; it can be called again. */
  async remove(options: LeaveOptions = {}): Promise<void> {
    await removeSandbox(this.#context, this.#record, options);
  }

  /** Removes it. That it has been removed before is fine. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove().catch(unlessNotFound);
  }
}
