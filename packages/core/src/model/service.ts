import type { EndpointAddress } from "./endpoint.ts";
import type { HealthCheck } from "./health-check.ts";
import type { NetworkId, ServiceId } from "./ids.ts";
import type { LifeState } from "./network.ts";
import type { Protocol, PublishedPort } from "./port.ts";

/** `vip`: one address for all tasks, which are chosen for each connection. `dnsrr`: the name stands for their addresses. */
export type EndpointMode = "vip" | "dnsrr";

/**
 * How tasks are chosen, by the names of IPVS: in turn, in turn by weight, fewest connections, fewest by weight, by the
 * client's address, and by the client's address so that few clients move when tasks come and go (Maglev).
 */
export type Scheduler = "rr" | "wrr" | "lc" | "wlc" | "sh" | "mh";

export const SCHEDULERS: readonly Scheduler[] = ["rr", "wrr", "lc", "wlc", "sh", "mh"];

/** `ingress`: the host's port leads to all tasks. `host`: to the one task of each host, as a published port of its own. */
export type PublishMode = "ingress" | "host";

export interface PublishedServicePort {
  readonly protocol: Protocol;
  /** On the virtual IP as well as on the host. */
  readonly published: number;
  /** Where tasks listen. */
  readonly target: number;
  readonly mode: PublishMode;
  readonly name?: string;
}

/** After so many seconds without a packet a connection is forgotten, and its packets are no longer passed on. */
export interface ConnectionTimeouts {
  readonly tcp: number;
  /** After a FIN. */
  readonly tcpFin: number;
  readonly udp: number;
}

/** A service's place on one network. The addresses stay the same for the service's life; with dnsrr there are none. */
export interface ServiceNetwork {
  readonly networkId: NetworkId;
  readonly vips: readonly EndpointAddress[];
  readonly aliases: readonly string[];
}

/** A name with tasks behind it, as it is stored. The tasks are endpoints, and tell themselves that they are. */
export interface Service {
  readonly schema: 1;
  readonly id: ServiceId;
  readonly name: string;
  readonly state: LifeState;
  /** ISO 8601 */
  readonly created: string;
  readonly updated: string;
  /** Grows with each update. */
  readonly version: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly endpointMode: EndpointMode;
  readonly networks: readonly ServiceNetwork[];
  readonly ports: readonly PublishedServicePort[];
  /** Ports of this host that lead to the tasks: of those published with mode "ingress". */
  readonly bindings: readonly PublishedPort[];
  readonly scheduler: Scheduler;
  /** So many seconds after its last connection a client is still sent to the same task. Absent: each is chosen anew. */
  readonly affinity?: number;
  /** Which implementation balances: the first that the host had and that can do what the service asks, or the one asked for. */
  readonly balancer: string;
  readonly timeouts: ConnectionTimeouts;
  /** How its tasks' health is found out. Absent: only the embedder knows. */
  readonly healthCheck?: HealthCheck;
  /** Seconds that a leaving task is given for the connections that it has. */
  readonly drainTimeout: number;
}
