import type { CallOptions, Drift, InterfaceStatistics } from "../contracts/platform.ts";
import type { Finding } from "../model/finding.ts";
import type { Change, Resource } from "../model/resource.ts";
import type { NetworkSpec } from "../options/network-spec.ts";
import type { SandboxSpec } from "../options/sandbox-spec.ts";
import type { ServiceSpec } from "../options/service-spec.ts";
import { catchUpServices } from "./catch-up-services.ts";
import type { ControllerOptions } from "./controller-options.ts";
import { createContext } from "./create-context.ts";
import { createNetwork, planNetwork } from "./create-network.ts";
import { createSandbox } from "./create-sandbox.ts";
import { createService } from "./create-service.ts";
import { doctor, type Repair, repair } from "./doctor.ts";
import { DriftWatch } from "./drift-watch.ts";
import type { EventHub } from "./event-hub.ts";
import type { ControllerEvents } from "./events.ts";
import { findRecord } from "./find-record.ts";
import { followHealth } from "./follow-health.ts";
import { NetworkHandle } from "./network-handle.ts";
import { severalErrors } from "./operation-error.ts";
import { type ReconcileOptions, reconcile, reconcileAlone } from "./reconcile.ts";
import { restore } from "./restore.ts";
import { SandboxHandle } from "./sandbox-handle.ts";
import { ServiceHandle } from "./service-handle.ts";

/**
 * Networks, sandboxes and endpoints of one host: everything that a user of this library does begins here.
 *
 * Operations on different objects run side by side, on the same object they queue. Each one happens wholly or not at
 * all, also when the process is killed in between.
 */
export interface Controller extends AsyncDisposable {
  /**
   * @throws CnmError `invalid` that lists every wrong option; `conflict` "name-in-use"; `forbidden` "pool-overlap" and
   *   "route-overlap" that name both sides; `not-found` for a driver that is not there.
   * @example
   * await using web = await cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } });
   */
  createNetwork(spec: NetworkSpec, options?: CallOptions): Promise<NetworkHandle>;
  /** The host objects that {@link createNetwork} would make. Nothing is done. */
  planNetwork(spec: NetworkSpec, options?: CallOptions): Promise<readonly Resource[]>;
  networks(): Promise<readonly NetworkHandle[]>;
  /** By id, by name, or by the start of an id. @throws CnmError `not-found`; `invalid` "ambiguous-id" */
  network(idOrName: string): Promise<NetworkHandle>;

  /**
   * @throws CnmError `invalid` that lists every wrong option, or tells what the path is instead of a namespace;
   *   `conflict` "name-in-use", "namespace-in-use".
   * @example
   * await using box = await cnm.createSandbox({ name: "web1", netns: "/proc/4242/ns/net" });
   */
  createSandbox(spec: SandboxSpec, options?: CallOptions): Promise<SandboxHandle>;
  sandboxes(): Promise<readonly SandboxHandle[]>;
  /** By id, by name, or by the start of an id. @throws CnmError `not-found`; `invalid` "ambiguous-id" */
  sandbox(idOrName: string): Promise<SandboxHandle>;
  /**
   * A name with tasks behind it. Tasks are endpoints that join with `service`.
   * @throws CnmError `invalid` that lists every wrong option; `conflict` "name-in-use", "port-in-use"; `not-found` for a network;
   *   `unsupported` "no-balancer" that says of each why not.
   * @example
   * await using web = await cnm.createService({ name: "web", networks: ["app"], ports: [{ published: 8080, target: 80 }] });
   * const task = await box.join("app", { service: "web" });
   */
  createService(spec: ServiceSpec, options?: CallOptions): Promise<ServiceHandle>;
  services(): Promise<readonly ServiceHandle[]>;
  /** By id, by name, or by the start of an id. @throws CnmError `not-found`; `invalid` "ambiguous-id" */
  service(idOrName: string): Promise<ServiceHandle>;
  statistics(sandbox: SandboxHandle | string, options?: CallOptions): Promise<readonly InterfaceStatistics[]>;

  /** Makes the host match the records, and tells what was, or would be, changed. Happens at start by itself. */
  reconcile(options?: ReconcileOptions): Promise<Change>;
  /** What is wrong with the host. */
  doctor(options?: CallOptions): Promise<readonly Finding[]>;
  /** Mends what {@link doctor} finds. */
  repair(options?: CallOptions): Promise<Repair>;

  /** Listens until the result is disposed. */
  on<Name extends keyof ControllerEvents>(name: Name, listener: (event: ControllerEvents[Name]) => void): Disposable;
  /** What the kernel says may be drift, from the moment of the call. Ends when the signal aborts. */
  watch(options?: CallOptions): AsyncIterable<Drift>;

  /** Waits for what is under way and for the records, then closes store and platform. What is on the host stays. */
  close(): Promise<void>;
}

/**
 * Opens the records, finishes what a killed process left half-done, and makes the host match.
 *
 * @throws CnmError when records cannot be read. What cannot be mended on the host is logged, and found by `doctor()`.
 * @example
 * const cnm = await createController({ platform: await linuxPlatform(), store: await openStore("/var/lib/cnm") });
 */
export async function createController(options: ControllerOptions): Promise<Controller> {
  const { context, events } = createContext(options);
  await restore(context);
  if (options.reconcile !== false) {
    await context.locks.alone(() => reconcileAlone(context, {}));
    await catchUpServices(context);
  }
  const drift = new DriftWatch({
    platform: context.platform,
    logger: context.logger,
    onDrift: (event) => context.emit("drift", event),
    ...(options.autoRepair === true ? { repair: () => reconcile(context) } : {}),
  });
  followHealth(context, events);
  events.on("service.untold", () => drift.repairSoon());
  if (options.autoRepair === true) drift.start();
  return assemble(context, events, drift);
}

function assemble(
  context: ReturnType<typeof createContext>["context"],
  events: EventHub<ControllerEvents>,
  drift: DriftWatch,
): Controller {
  const { index, platform, store, writer, locks } = context;
  const findSandbox = (idOrName: string) =>
    new SandboxHandle(context, findRecord("sandbox", index.sandboxes, idOrName));
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    await context.prober.close();
    await locks.close();
    const errors: unknown[] = [];
    for (const step of [() => drift.close(), () => writer.flush(), () => store.close(), () => platform.close()]) {
      await step().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw severalErrors("the controller is not closed cleanly", errors);
  }

  const controller: Controller = {
    createNetwork: async (spec, options) => new NetworkHandle(context, await createNetwork(context, spec, options)),
    planNetwork: async (spec, options) => planNetwork(context, spec, options),
    networks: async () => visible(index.networks.values()).map((network) => new NetworkHandle(context, network)),
    network: async (idOrName) => new NetworkHandle(context, findRecord("network", index.networks, idOrName)),
    createSandbox: async (spec, options) => new SandboxHandle(context, await createSandbox(context, spec, options)),
    sandboxes: async () => visible(index.sandboxes.values()).map((sandbox) => new SandboxHandle(context, sandbox)),
    sandbox: async (idOrName) => findSandbox(idOrName),
    createService: async (spec, options) => new ServiceHandle(context, await createService(context, spec, options)),
    services: async () => visible(index.services.values()).map((service) => new ServiceHandle(context, service)),
    service: async (idOrName) => new ServiceHandle(context, findRecord("service", index.services, idOrName)),
    statistics: async (sandbox, options) =>
      (typeof sandbox === "string" ? findSandbox(sandbox) : sandbox).statistics(options),
    reconcile: async (options) => reconcile(context, options),
    doctor: async (options) => doctor(context, options),
    repair: async (options) => repair(context, options),
    on: (name, listener) => {
      // Nobody has to be told of every change in the kernel unless somebody asks.
      if (name === "drift") drift.start();
      return events.on(name, listener);
    },
    watch: (options) => platform.watch(options),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
    [Symbol.asyncDispose]: () => controller.close(),
  };
  return controller;
}

const visible = <T extends { readonly state: string }>(records: readonly T[]): readonly T[] =>
  records.filter(({ state }) => state !== "pending");
