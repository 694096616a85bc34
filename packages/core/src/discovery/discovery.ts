import type { Controller } from "../controller/controller.ts";
import type { ControllerEvents } from "../controller/events.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { type NetworkId, type SandboxId, shortId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Service } from "../model/service.ts";
import { serviceEntries } from "../services/service-entries.ts";
import { endpointNames } from "./endpoint-names.ts";
import { MembershipMap } from "./membership-map.ts";
import type { NameSource } from "./name-entry.ts";
import { NameIndex } from "./name-index.ts";
import type { Question } from "./question.ts";
import { readPresent } from "./read-present.ts";
import { type ResolveOptions, resolve } from "./resolve.ts";
import type { Verdict } from "./verdict.ts";
import { Views } from "./views.ts";

export interface DiscoveryOptions extends ResolveOptions {
  /** Names beside those of endpoints: services. */
  readonly sources?: readonly NameSource[];
  /** Of sandboxes that do not say it themselves. Default: 0. */
  readonly ndots?: number;
  /** Whether endpoints on a network get names. Default: on all but the predefined "bridge", as with Docker. */
  readonly registersNames?: (network: Network) => boolean;
}

/** Names of what a controller has, always in step with it. */
export interface Discovery extends Disposable {
  /** @throws CnmError `not-found` "sandbox-not-found" */
  resolve(sandbox: SandboxId, question: Question): Verdict;
  /**
   * Changes whenever answers to the sandbox, or to anybody on the network, may: until then they can be kept.
   * @throws CnmError `not-found` "sandbox-not-found"
   */
  generation(sandbox: SandboxId): number;
  networkGeneration(network: NetworkId): number;
  /** Whether the sandbox is on a network with names, and so needs a resolver of its own. */
  serves(sandbox: SandboxId): boolean;
  /** Stops listening. The answers stay what they were. */
  close(): void;
}

/**
 * The names of all endpoints that there are, and of those to come.
 *
 * @example
 * using names = await createDiscovery(cnm);
 * const verdict = names.resolve(box.id, { name: "web", type: "A" });
 */
export async function createDiscovery(
  controller: Pick<Controller, "on" | "networks" | "sandboxes" | "services">,
  options: DiscoveryOptions = {},
): Promise<Discovery> {
  const records = new DiscoveryRecords(options);
  const listening = new DisposableList();
  // What happens while the records are being read is applied after them: it may be newer, and is never older.
  let waiting: (() => void)[] | undefined = [];
  const listen = <Name extends keyof ControllerEvents>(name: Name, apply: (event: ControllerEvents[Name]) => void) =>
    listening.add(
      controller.on(name, (event) => {
        if (waiting === undefined) apply(event);
        else waiting.push(() => apply(event));
      }),
    );

  listen("network.create", ({ network }) => records.putNetwork(network));
  listen("network.remove", ({ network }) => records.deleteNetwork(network));
  listen("sandbox.create", ({ sandbox }) => records.putSandbox(sandbox));
  listen("sandbox.remove", ({ sandbox }) => records.deleteSandbox(sandbox));
  listen("endpoint.join", ({ endpoint }) => records.putEndpoint(endpoint));
  listen("endpoint.gateway", ({ endpoint }) => records.putEndpoint(endpoint));
  listen("endpoint.leave", ({ endpoint }) => records.deleteEndpoint(endpoint));
  listen("service.tasks", ({ service, tasks }) => records.putService(service, tasks));
  listen("service.remove", ({ service }) => records.deleteService(service));
  try {
    const present = await readPresent(controller);
    for (const network of present.networks) records.putNetwork(network);
    for (const sandbox of present.sandboxes) records.putSandbox(sandbox);
    for (const endpoint of present.endpoints) records.putEndpoint(endpoint);
    for (const { service, tasks } of present.services) records.putService(service, tasks);
    for (const apply of waiting) apply();
    waiting = undefined;
    for (const source of options.sources ?? []) listening.add(source.subscribe(records.names));
  } catch (error) {
    listening.dispose();
    throw error;
  }
  return assemble(records, options, () => listening.dispose());
}

function assemble(records: DiscoveryRecords, options: ResolveOptions, close: () => void): Discovery {
  return {
    resolve: (sandbox, question) => resolve(question, records.views.of(records.sandbox(sandbox)), options),
    generation: (sandbox) => records.views.generation(records.sandbox(sandbox)),
    networkGeneration: (network) => records.names.generation(network),
    serves: (sandbox) => records.serves(sandbox),
    close,
    [Symbol.dispose]: close,
  };
}

/** What the controller's records come to. Everything can be put twice, and deleted twice. */
class DiscoveryRecords {
  readonly names: NameIndex;
  readonly views: Views;
  readonly #members = new MembershipMap();
  readonly #registersNames: (network: Network) => boolean;

  constructor(options: DiscoveryOptions) {
    let last = 0;
    const tick = () => ++last;
    this.names = new NameIndex(tick);
    this.views = new Views(this.#members, this.names, options.ndots ?? 0, tick);
    this.#registersNames = options.registersNames ?? (({ name }) => name !== PREDEFINED);
  }

  sandbox(id: SandboxId): Sandbox {
    const sandbox = this.#members.sandboxes.get(id);
    if (sandbox !== undefined) return sandbox;
    throw new CnmError("not-found", "sandbox-not-found", `there is no sandbox ${shortId(id)} to see names`);
  }

  serves(id: SandboxId): boolean {
    // In the host's own stack, the resolver would be in everybody's.
    if (this.#members.sandboxes.get(id)?.namespace.host === true) return false;
    return this.#members.of(id).some(({ network }) => this.#registersNames(network));
  }

  putNetwork(network: Network): void {
    this.#members.networks.set(network.id, network);
  }

  deleteNetwork({ id }: Network): void {
    this.#members.networks.delete(id);
    this.names.deleteNetwork(id);
    this.views.forgetNetwork(id);
  }

  putSandbox(sandbox: Sandbox): void {
    this.#members.sandboxes.set(sandbox.id, sandbox);
    this.views.changed(sandbox.id);
  }

  deleteSandbox({ id }: Sandbox): void {
    this.#members.sandboxes.delete(id);
    this.views.forget(id);
  }

  putEndpoint(endpoint: Endpoint): void {
    const network = this.#members.networks.get(endpoint.networkId);
    const sandbox = this.#members.sandboxes.get(endpoint.sandboxId);
    if (network === undefined || sandbox === undefined) return;
    this.#members.put(endpoint);
    this.views.changed(sandbox.id);
    if (this.#registersNames(network)) this.names.put(endpointNames(endpoint, sandbox));
  }

  putService(service: Service, tasks: readonly Endpoint[]): void {
    for (const place of service.networks) {
      const network = this.#members.networks.get(place.networkId);
      if (network === undefined || !this.#registersNames(network)) continue;
      const here = tasks.filter(({ networkId }) => networkId === network.id);
      for (const entry of serviceEntries(service, place, here)) this.names.put(entry);
    }
  }

  deleteService(service: Service): void {
    for (const place of service.networks) {
      for (const entry of serviceEntries(service, place, [])) this.names.delete(entry);
    }
  }

  deleteEndpoint(endpoint: Endpoint): void {
    this.#members.delete(endpoint);
    this.names.delete(endpoint);
    if (this.#members.sandboxes.has(endpoint.sandboxId)) this.views.changed(endpoint.sandboxId);
  }
}

const PREDEFINED = "bridge";

class DisposableList {
  readonly #disposables: Disposable[] = [];

  add(disposable: Disposable): void {
    this.#disposables.push(disposable);
  }

  dispose(): void {
    for (const disposable of this.#disposables.splice(0)) disposable[Symbol.dispose]();
  }
}
