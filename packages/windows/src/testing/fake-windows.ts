import {
  type Controller,
  type ControllerOptions,
  createController,
  memoryStore,
  type Platform,
  type Store,
} from "@cnm/core";
import { FakeNameServers, keptStore } from "@cnm/core/testing";
import type { Compartments } from "../compartments/compartments.ts";
import { createWindowsPlatform } from "../platform/create-windows-platform.ts";
import { blindInspector, type HostInspector } from "../platform/hazards/inspection.ts";
import type { OpenHeldSocket } from "../ports/held-socket.ts";
import type { StartLimit } from "../resources/patient-hcn.ts";
import type { WindowsResource } from "../resources/resource.ts";
import { type FakeHcn, type FakeHcnOptions, fakeHcn } from "./fake-hcn.ts";
import { type OnHcnCall, steppedHcn } from "./stepped-hcn.ts";

export interface OpenFakeWindows {
  readonly controller: Controller;
  readonly platform: Platform<WindowsResource>;
}

export interface OpenFakeWindowsOptions extends Partial<ControllerOptions> {
  /** Asked around each call of HNS. */
  readonly onCall?: OnHcnCall;
  /** How long HNS may take for one call. Default: a minute. */
  readonly startLimit?: StartLimit;
  readonly inspector?: HostInspector;
}

/** A Windows host in memory and a store that outlive the controllers on them: what is left when a process is killed. */
export class FakeWindows {
  readonly hcn: FakeHcn;
  readonly store: Store = memoryStore();
  readonly nameServers = new FakeNameServers();
  /** Ports that sockets hold: "tcp 0.0.0.0 8080". */
  readonly sockets = new Set<string>();
  /** Pauses that were made before asking HNS again, in ms. */
  readonly pauses: number[] = [];

  constructor(options: FakeHcnOptions = {}) {
    this.hcn = fakeHcn(options);
  }

  /** A process that starts. */
  async open(options: OpenFakeWindowsOptions = {}): Promise<OpenFakeWindows> {
    const { onCall, startLimit, inspector = blindInspector, ...rest } = options;
    const kept = { ...this.hcn, close: async () => undefined };
    const platform = createWindowsPlatform({
      client: onCall === undefined ? kept : steppedHcn(kept, onCall),
      compartments: this.#compartments(),
      facts: { id: "fake windows", ipv6: true, mtu: 1500 },
      inspector,
      openSocket: this.#openSocket,
      ...(startLimit === undefined ? {} : { startLimit }),
      pause: async (ms) => void this.pauses.push(ms),
    });
    const controller = await createController({ platform, store: keptStore(this.store), ...rest });
    return { controller, platform };
  }

  /** Everything that HNS has, without what it counts up itself. */
  async snapshot(): Promise<Readonly<Record<string, unknown>>> {
    const { networks, endpoints, namespaces, loadBalancers, routes } = this.hcn;
    return {
      networks: await networks.list(),
      endpoints: await endpoints.list(),
      namespaces: (await namespaces.list()).map(({ NamespaceId: _, NamespaceGuid: __, ...rest }) => rest),
      loadBalancers: await loadBalancers.list(),
      routes: await routes.list(),
      sockets: [...this.sockets].sort(),
    };
  }

  readonly #openSocket: OpenHeldSocket = async ({ protocol, address, port }) => {
    const name = `${protocol} ${address} ${port}`;
    if (this.sockets.has(name)) throw Object.assign(new Error(`listen EADDRINUSE ${name}`), { code: "EADDRINUSE" });
    this.sockets.add(name);
    return { close: async () => void this.sockets.delete(name) };
  };

  #compartments(): Compartments {
    return {
      openNameServer: async (spec) => this.nameServers.open(spec),
      upstream: this.nameServers.upstream,
      connect: () => Promise.reject(new Error("nothing is connected here")),
      close: async () => undefined,
    };
  }
}
