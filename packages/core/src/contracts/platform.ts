import type { Duplex } from "node:stream";
import type { Endpoint } from "../model/endpoint.ts";
import type { Finding } from "../model/finding.ts";
import type { Network } from "../model/network.ts";
import type { OwnerRef } from "../model/owner.ts";
import type { Protocol } from "../model/port.ts";
import type { Change, Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { Balancer } from "./balancer.ts";
import type { PlanningDriver } from "./driver.ts";
import type { IpamDriver } from "./ipam-driver.ts";
import type { NameServer, NameServerSpec, NameServerUpstream } from "./name-server.ts";
import type { TaskTraffic } from "./task-traffic.ts";

/** What this host can do, probed once. */
export type Features = Readonly<Record<string, Feature>>;
export type Feature = { readonly available: true } | { readonly available: false; readonly reason: string };

/** Facts about the host that plans depend on. Read when the platform opens; the same for the platform's life. */
export interface HostFacts {
  /** Stable for this machine; never leaves it as it is (IPv6 ULA pools are derived from its hash). */
  readonly id: string;
  readonly ipv6: boolean;
  /** The MTU of the link that carries the default route; 1500 where there is none. */
  readonly mtu: number;
}

/** A link of the host that may be there already when networks come. */
export interface HostLink {
  readonly name: string;
  /** As the system calls it: "bridge", "vlan"; "" for hardware. */
  readonly kind: string;
  readonly up: boolean;
  readonly mtu: number;
  /** The bridge, or bond, that it is a port of. */
  readonly master?: string;
}

export interface HostRoute {
  /** "10.0.0.0/8"; default routes are not listed. */
  readonly destination: string;
  readonly link: string;
  /** Made by cnm itself. */
  readonly own: boolean;
}

/** Something that the kernel says changed, and may be drift: reason enough to compare. */
export interface Drift {
  /** Resource kind that was touched: "link", "address", "route", "nft-table"… */
  readonly kind: string;
  /** What the kernel said, for logs: "RTM_DELLINK veth3f2a901". */
  readonly detail: string;
}

export interface InterfaceStatistics {
  readonly interfaceName: string;
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly rxErrors: number;
  readonly rxDropped: number;
  readonly txBytes: number;
  readonly txPackets: number;
  readonly txErrors: number;
  readonly txDropped: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * The host system's side of cnm. It decides nothing: it makes host objects, reads them back, and says when they change.
 */
export interface Platform<R extends Resource = Resource> {
  readonly name: "linux" | "windows";
  /** The drivers that this host can plan for. */
  readonly drivers: readonly PlanningDriver<R>[];
  /** The driver of networks that name none. Absent: "bridge". */
  readonly defaultDriver?: string;
  /** IPAM drivers that go with these drivers, beside "default" and "null". */
  readonly ipamDrivers?: readonly IpamDriver[];
  /** How to learn what the host itself chose where a plan left it open. Absent: it never chooses anything. */
  readonly choices?: HostChoices;
  /** What services can be balanced by on this host, the best first. Each needs a feature, which may be missing. */
  readonly balancers: readonly Balancer<R>[];
  readonly facts: HostFacts;

  features(options?: CallOptions): Promise<Features>;

  /** The host objects of a sandbox itself: its namespace, loopback, namespace-wide settings. */
  planSandbox(sandbox: Sandbox): readonly R[];
  /** Where an own sandbox's namespace will be: "/run/cnm/netns/<id>". Pure. */
  namespacePath(sandboxId: string): string;
  /** Where the host's own stack is. Absent: sandboxes cannot share it. */
  readonly hostNamespace?: string;
  /** Checks that a foreign namespace path is one, and opens. Throws CnmError `invalid` that says what it is instead. */
  checkNamespace(path: string): Promise<void>;
  /** The interface names in a sandbox now. */
  interfaceNames(namespacePath: string): Promise<readonly string[]>;

  /**
   * Applies in dependency order. On failure it undoes what it did and then throws; undo failures join the error.
   * Adding what is there as asked and removing what is gone are no errors.
   */
  apply(change: Change<R>, options?: CallOptions): Promise<void>;
  /** What of ours is really there. With owners: only what those own, which is much cheaper. */
  observe(scope?: ObserveScope<R>, options?: CallOptions): Promise<readonly R[]>;
  /** Before a shared resource is first made: the resource with what it replaces noted in it (a sysctl's old value). */
  recordBaseline(resource: R): Promise<R>;
  /** Whether observe() can see this resource at all; effects that leave no object behind are never drift. */
  observable(resource: R): boolean;
  /** Equal as far as the host shows: `wanted` may leave things open. Undefined = equal, else what differs, for people. */
  difference(wanted: R, found: R): string | undefined;
  /** Kernel notifications that may mean drift, from the moment of the call. Ends when the signal aborts. */
  watch(options?: CallOptions): AsyncIterable<Drift>;
  /** What on this host works against cnm: foreign drop policies, forwarding switched off, port thieves. */
  diagnose(wanted: readonly R[], options?: CallOptions): Promise<readonly Finding[]>;

  routes(options?: CallOptions): Promise<readonly HostRoute[]>;
  /** Absent where no driver asks for them. */
  links?(options?: CallOptions): Promise<readonly HostLink[]>;
  /** Name servers of the host: dynamic pools must not cover them. */
  nameservers(): Promise<readonly string[]>;
  statistics(namespacePath: string, options?: CallOptions): Promise<readonly InterfaceStatistics[]>;

  readonly ports: PortHolder;

  /**
   * Answers DNS inside a sandbox, over UDP and TCP. The address need not be there yet.
   * Throws CnmError `not-found` or `invalid` for the namespace; `conflict` "port-in-use" naming who has the port there.
   */
  openNameServer(spec: NameServerSpec): Promise<NameServer>;
  /** Asks other DNS servers, from the host or from inside a sandbox. */
  readonly upstream: NameServerUpstream;

  readonly traffic: TaskTraffic;

  /**
   * A TCP connection from inside a sandbox, which its receiver closes. Absent: none can be made, and so no health tests either.
   * Throws CnmError `unavailable` "no-connection" that says why none comes about; what the signal says when it aborts.
   */
  connect?(target: ConnectTarget, options?: CallOptions): Promise<Duplex>;

  /** Closes sockets, monitors and held ports. Host objects stay. */
  close(): Promise<void>;
}

/** Records as the host has made them: subnets, gateways, addresses, MACs that plans had left to it. Asked after each apply. */
export interface HostChoices {
  network(network: Network, options?: CallOptions): Promise<Network>;
  endpoint(endpoint: Endpoint, network: Network, options?: CallOptions): Promise<Endpoint>;
}

export interface ConnectTarget {
  readonly namespacePath: string;
  /** IPv4 or IPv6, without a length. */
  readonly address: string;
  readonly port: number;
}

export interface ObserveScope<R extends Resource> {
  readonly owners?: readonly OwnerRef[];
  /** What is wanted: tells which foreign objects (adopted bridges, foreign namespaces, sysctls) are of interest. */
  readonly wanted?: readonly R[];
  /**
   * What is to go: looked for like what is wanted. A setting, which is always there, counts as there only as long as it has
   * our value and another one to be put back.
   */
  readonly departing?: readonly R[];
  /** Of all sandboxes: where something of ours may be left, though nothing is wanted there. */
  readonly namespaces?: readonly string[];
}

/** Keeps host ports away from other processes for as long as they are published. */
export interface PortHolder {
  /** Reads the range for ports that nobody chose. Ports reserved by the system's administrator are left out. */
  ephemeral(): Promise<{ readonly first: number; readonly last: number; readonly excluded: ReadonlySet<number> }>;
  /**
   * Binds the port, and keeps it. Throws CnmError `conflict`, code "port-in-use", naming the process that holds it.
   * Held once already by this holder: no error, counted.
   */
  hold(port: HeldPort): Promise<void>;
  release(port: HeldPort): Promise<void>;
}

export interface HeldPort {
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}
