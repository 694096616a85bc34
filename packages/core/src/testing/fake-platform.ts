import { type Duplex, PassThrough } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import type { PlanningDriver } from "../contracts/driver.ts";
import type { NameServer, NameServerSpec } from "../contracts/name-server.ts";
import type {
  CallOptions,
  ConnectTarget,
  Drift,
  HeldPort,
  InterfaceStatistics,
  ObserveScope,
  Platform,
} from "../contracts/platform.ts";
import type { TaskTraces } from "../contracts/task-traffic.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Finding } from "../model/finding.ts";
import { HOST_OWNER, sameOwner } from "../model/owner.ts";
import type { Protocol } from "../model/port.ts";
import type { Change } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import { fakeBalancer } from "./fake-balancer.ts";
import { fakeBridge } from "./fake-bridge.ts";
import { FakeHost } from "./fake-host.ts";
import { FakeNameServers } from "./fake-name-servers.ts";
import type { FakeFlush, FakeResource, FakeSetting } from "./fake-resource.ts";

export interface FakePlatformOptions {
  /** Default: a new one. Give two platforms the same to play a restart. */
  readonly host?: FakeHost;
  /** Default: one driver, "bridge". */
  readonly drivers?: readonly PlanningDriver<FakeResource>[];
  /**
   * Called before each single step: "add link /ns/a/eth0", "remove …", "undo …", "observe", "hold tcp 0.0.0.0:80"…
   * What it throws is what fails; while it does not resolve, the host does not answer.
   */
  readonly onStep?: (step: string) => void | Promise<void>;
}

/**
 * A platform in memory, for tests of what stands on platforms.
 *
 * @example
 * const platform = fakePlatform({ onStep: (step) => { if (step.startsWith("add link")) throw new Error("no more links"); } });
 * const cnm = await createController({ platform, store: memoryStore() });
 */
export function fakePlatform(options: FakePlatformOptions = {}): FakePlatform {
  return new FakePlatform(options);
}

export class FakePlatform implements Platform<FakeResource> {
  readonly name = "linux";
  readonly facts = { id: "fake host", ipv6: true, mtu: 1500 };
  readonly hostNamespace = "/fake/host";
  readonly drivers: readonly PlanningDriver<FakeResource>[];
  readonly balancers = [fakeBalancer()];
  readonly host: FakeHost;
  /** Every change that was asked for. */
  readonly changes: Change<FakeResource>[] = [];
  /** Ports that are held, "tcp 0.0.0.0:80", and how often. */
  readonly heldPorts = new Map<string, number>();
  /** Name servers in sandboxes, and those outside that they may ask. */
  readonly nameServers = new FakeNameServers();
  readonly upstream = this.nameServers.upstream;
  closed = false;
  readonly #step: (step: string) => Promise<void>;

  constructor({ host = new FakeHost(), drivers = [fakeBridge()], onStep }: FakePlatformOptions) {
    this.host = host;
    this.drivers = drivers;
    this.#step = async (step) => {
      await onStep?.(step);
    };
  }

  async features() {
    return {};
  }

  planSandbox(sandbox: Sandbox): readonly FakeResource[] {
    const { path, owned } = sandbox.namespace;
    return owned
      ? [{ kind: "namespace", key: `namespace ${path}`, owner: { kind: "sandbox", id: sandbox.id }, path }]
      : [];
  }

  namespacePath(sandboxId: string): string {
    return `/fake/netns/${sandboxId}`;
  }

  async checkNamespace(path: string): Promise<void> {
    await this.#step(`check ${path}`);
    if (path === this.hostNamespace || this.host.namespaces.has(path)) return;
    throw new CnmError("invalid", "no-namespace", `${path} is no network namespace: there is no such file`);
  }

  async interfaceNames(path: string): Promise<readonly string[]> {
    await this.#step(`list interfaces ${path}`);
    return [...(this.host.namespaces.get(path) ?? []), ...this.#linksIn(path)];
  }

  async apply(change: Change<FakeResource>, { signal }: CallOptions = {}): Promise<void> {
    this.changes.push(change);
    const done: (() => void)[] = [];
    const kept = new Set(change.add.map(({ key }) => key));
    try {
      for (const resource of change.remove.filter(({ key }) => !kept.has(key))) {
        await this.#step(`remove ${resource.key}`);
        signal?.throwIfAborted();
        done.push(this.#remove(resource));
      }
      for (const resource of change.add) {
        await this.#step(`add ${resource.key}`);
        signal?.throwIfAborted();
        done.push(this.#add(resource));
      }
    } catch (error) {
      for (const undo of done.reverse()) undo();
      throw error;
    }
  }

  async observe(scope: ObserveScope<FakeResource> = {}): Promise<readonly FakeResource[]> {
    const { owners, wanted = [], departing = [] } = scope;
    await this.#step("observe");
    const settings = wanted.filter(isSetting).map((one) => this.#observeSetting(one));
    const leaving = departing.filter(isSetting).filter((one) => this.#isToBePutBack(one));
    const all = [...this.host.objects.values(), ...settings, ...leaving];
    if (owners === undefined) return all;
    return all.filter(({ owner }) => owners.some((wantedOwner) => sameOwner(wantedOwner, owner)));
  }

  async recordBaseline(resource: FakeResource): Promise<FakeResource> {
    await this.#step(`record ${resource.key}`);
    if (resource.kind !== "setting") return resource;
    return { ...resource, restore: this.host.settings.get(resource.name) ?? "" };
  }

  observable(resource: FakeResource): boolean {
    return resource.kind !== "flush";
  }

  difference(wanted: FakeResource, found: FakeResource): string | undefined {
    const [{ shared: _, ...object }, { shared: __, ...there }] = [wanted, found];
    const comparable = { ...there, ...("restore" in wanted ? { restore: wanted.restore } : {}) };
    if (isDeepStrictEqual(object, comparable)) return undefined;
    return `${JSON.stringify(comparable)} instead of ${JSON.stringify(object)}`;
  }

  async *watch({ signal }: CallOptions = {}): AsyncGenerator<Drift> {
    const queue: Drift[] = [];
    let wake = (): void => undefined;
    using _listening = this.host.onDrift((drift) => {
      queue.push(drift);
      wake();
    });
    signal?.addEventListener("abort", () => wake());
    while (signal?.aborted !== true) {
      const next = queue.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  async diagnose(): Promise<readonly Finding[]> {
    await this.#step("diagnose");
    if (this.host.settings.get("policy") !== "drop") return [];
    const message = "somebody drops forwarded packets";
    return [{ type: "hazard", owner: HOST_OWNER, object: "policy", key: "policy", message, repairable: false }];
  }

  async routes() {
    await this.#step("list routes");
    return this.host.routes;
  }

  async nameservers() {
    return this.host.nameservers;
  }

  async statistics(path: string): Promise<readonly InterfaceStatistics[]> {
    await this.#step(`count ${path}`);
    const zeros = { rxBytes: 0, rxPackets: 0, rxErrors: 0, rxDropped: 0 };
    const more = { txBytes: 0, txPackets: 0, txErrors: 0, txDropped: 0 };
    return this.#linksIn(path).map((interfaceName) => ({ interfaceName, ...zeros, ...more }));
  }

  /** Connections to tasks, "tcp 10.7.0.2:80", that are open. */
  readonly connections = new Map<string, number>();

  readonly traffic = {
    settleDatagrams: async () => {},
    open: async ({ targets }: TaskTraces) => {
      await this.#step("count connections");
      return targets.reduce((sum, target) => sum + (this.connections.get(portName(target)) ?? 0), 0);
    },
    forget: async ({ targets }: TaskTraces, protocol?: Protocol) => {
      await this.#step(`forget ${protocol ?? "all"} connections`);
      for (const target of targets) {
        if (protocol === undefined || target.protocol === protocol) this.connections.delete(portName(target));
      }
    },
  };

  async connect({ namespacePath, address, port }: ConnectTarget, _options?: CallOptions): Promise<Duplex> {
    await this.#step(`connect ${namespacePath} ${address}:${port}`);
    if (this.host.listening.has(`${address}:${port}`)) return new PassThrough();
    throw new CnmError("unavailable", "no-connection", `${address} port ${port}: ECONNREFUSED`);
  }

  readonly ports = {
    ephemeral: async () => ({ first: 49153, last: 65535, excluded: new Set<number>() }),
    hold: async (port: HeldPort) => {
      const name = portName(port);
      await this.#step(`hold ${name}`);
      const holder = this.host.takenPorts.get(name);
      if (holder !== undefined) throw new CnmError("conflict", "port-in-use", `${name} is held by ${holder}`);
      this.heldPorts.set(name, (this.heldPorts.get(name) ?? 0) + 1);
    },
    release: async (port: HeldPort) => {
      const name = portName(port);
      await this.#step(`release ${name}`);
      const count = this.heldPorts.get(name) ?? 0;
      if (count <= 1) this.heldPorts.delete(name);
      else this.heldPorts.set(name, count - 1);
    },
  };

  async openNameServer(spec: NameServerSpec): Promise<NameServer> {
    await this.#step(`open name server ${spec.namespacePath}`);
    if (this.host.hasNamespace(spec.namespacePath)) return this.nameServers.open(spec);
    throw new CnmError("not-found", "no-such-namespace", `there is no namespace ${spec.namespacePath}`);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.nameServers.closeAll();
    this.heldPorts.clear();
  }

  #linksIn(namespace: string): readonly string[] {
    const links = [...this.host.objects.values()].filter((resource) => resource.kind === "link");
    return links.filter((link) => link.namespace === namespace).map(({ name }) => name);
  }

  #observeSetting(wanted: FakeSetting): FakeSetting {
    const { restore: _, shared: __, ...setting } = wanted;
    return { ...setting, value: this.host.settings.get(wanted.name) ?? "" };
  }

  #isToBePutBack({ name, value, restore }: FakeSetting): boolean {
    return restore !== undefined && restore !== value && this.host.settings.get(name) === value;
  }

  /** Each returns its undoing. */
  #add(resource: FakeResource): () => void {
    if (resource.kind === "setting") return this.#set(resource.name, resource.value);
    if (resource.kind === "flush") return this.#flush(resource);
    if (resource.kind === "balance" && resource.namespace !== "" && !this.host.hasNamespace(resource.namespace)) {
      throw new Error(`there is no namespace ${resource.namespace} for ${resource.key}`);
    }
    if (resource.kind === "link" && !this.host.hasNamespace(resource.namespace)) {
      throw new Error(`there is no namespace ${resource.namespace} for ${resource.key}`);
    }
    const { objects } = this.host;
    const before = objects.get(resource.key);
    objects.set(resource.key, resource);
    return () => void (before === undefined ? objects.delete(resource.key) : objects.set(resource.key, before));
  }

  #remove(resource: FakeResource): () => void {
    if (resource.kind === "setting") {
      const ours = this.host.settings.get(resource.name) === resource.value;
      return ours && resource.restore !== undefined ? this.#set(resource.name, resource.restore) : () => undefined;
    }
    if (resource.kind === "flush") return this.#flush(resource);
    const removed = this.host.remove(resource.key);
    return () => {
      for (const gone of removed) this.host.objects.set(gone.key, gone);
    };
  }

  /** What has ended does not come back. */
  #flush({ port }: FakeFlush): () => void {
    this.host.flows.delete(port);
    return () => undefined;
  }

  #set(name: string, value: string): () => void {
    const { settings } = this.host;
    const before = settings.get(name) ?? "";
    settings.set(name, value);
    return () => void settings.set(name, before);
  }
}

const isSetting = (resource: FakeResource): resource is FakeSetting => resource.kind === "setting";
const portName = ({ protocol, address, port }: HeldPort): string => `${protocol} ${address}:${port}`;
