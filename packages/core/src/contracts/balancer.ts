import type { EndpointId, NetworkId } from "../model/ids.ts";
import type { Network } from "../model/network.ts";
import type { OwnerRef } from "../model/owner.ts";
import type { Protocol } from "../model/port.ts";
import type { Resource } from "../model/resource.ts";
import type { ConnectionTimeouts, Scheduler, Service } from "../model/service.ts";

/**
 * Spreads connections over the tasks of services, at the place where they start: in a client's sandbox or in the network's
 * switch, or, for published ports, on the host. So the task sees the client's own address. Pure: it turns what is to be
 * balanced into a plan.
 */
export interface Balancer<R extends Resource = Resource> {
  /** "ipvs", "nftables", "hcn" */
  readonly name: string;
  /** The platform's feature that it needs. */
  readonly feature: string;
  /** Where it can balance: virtual IPs in each sandbox, or once for a whole network; ports of the host. */
  readonly places: readonly BalancedPlace["type"][];
  /** Why it cannot do what the service asks, in words that name the option. Undefined: it can. */
  lacks(service: BalancedService): string | undefined;
  plan(view: BalancedView): readonly R[];
}

/** What a service asks of its balancer. */
export interface BalancedService extends Pick<Service, "scheduler" | "affinity" | "ports"> {
  /** Where its virtual IPs are. Absent: not settled yet. */
  readonly networks?: readonly Pick<Network, "name" | "driver" | "ipv6" | "ipam">[];
}

/** What is balanced at one place. */
export interface BalancedView {
  /** Whom the resources belong to: the client's endpoint where the place is its sandbox, elsewhere the service. */
  readonly owner: OwnerRef;
  readonly place: BalancedPlace;
  readonly services: readonly VirtualService[];
}

export type BalancedPlace =
  | { readonly type: "sandbox"; readonly namespacePath: string }
  /** For all of the network's sandboxes on this host at once. */
  | { readonly type: "network"; readonly networkId: NetworkId }
  /** With the networks that the tasks of the service are on. */
  | { readonly type: "host"; readonly networks: readonly Pick<Network, "driver" | "ipam">[] };

/** One port of one virtual IP; or, on the host, one published port. */
export interface VirtualService {
  /** Whole id: for tags and seeds. */
  readonly serviceId: string;
  /** "10.7.0.5", "fd07::5"; on the host, the host address that the port is published at: "0.0.0.0", "::", "127.0.0.1"… */
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly scheduler: Scheduler;
  /** Seconds. */
  readonly affinity?: number;
  readonly timeouts: ConnectionTimeouts;
  /** In a stable order. None: connections are refused. */
  readonly backends: readonly Backend[];
}

export interface Backend {
  readonly endpointId: EndpointId;
  readonly address: string;
  readonly port: number;
  /** 0: no new connections; those that it has go on. */
  readonly weight: number;
}
