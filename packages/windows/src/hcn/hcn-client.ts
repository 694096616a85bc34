import type { CallOptions } from "@cnm/core";
import type { HostComputeEndpoint, WantedEndpoint } from "./endpoint.ts";
import type { Guid } from "./guid.ts";
import type { HnsVersion } from "./hns-version.ts";
import type { HostComputeLoadBalancer, WantedLoadBalancer } from "./load-balancer.ts";
import type { EndpointModify, LoadBalancerModify, NamespaceModify, NetworkModify } from "./modify.ts";
import type { HostComputeNamespace, WantedNamespace } from "./namespace.ts";
import type { HostComputeNetwork, WantedNetwork } from "./network.ts";
import type { HcnNotification } from "./notification.ts";
import type { HostComputeRoute, WantedRoute } from "./route.ts";
import type { EndpointStatistics } from "./statistics.ts";

/** All that is given has to hold. HNS itself filters by id, name and network; the owner is compared here. */
export interface HcnQuery {
  readonly id?: Guid;
  readonly name?: string;
  readonly owner?: string;
  /** Of endpoints, load balancers and routes: those of this network. */
  readonly network?: Guid;
}

/** One kind of object. Calls on the same object come one after the other; others run side by side. */
export interface HcnObjects<Document, Wanted> {
  /** Those that are there when they are asked for: one that is deleted meanwhile is left out. */
  list(query?: HcnQuery, options?: CallOptions): Promise<readonly Document[]>;
  /** Throws HcnError `not-found`. */
  get(id: Guid, options?: CallOptions): Promise<Document>;
  /**
   * Resolves to the document as HNS has it: with addresses, ports and ids that it chose.
   * Throws HcnError `conflict` when an object is there with this id, name, address or port; CnmError `unsupported`
   * "hns-version" naming the field that this host does not know.
   */
  create(wanted: Wanted, options?: CallOptions): Promise<Document>;
  /** Deleting what is gone is no error. */
  delete(id: Guid, options?: CallOptions): Promise<void>;
}

export interface HcnModifiable<Document, Wanted, Modify> extends HcnObjects<Document, Wanted> {
  /** Throws HcnError `not-found` for the object, `conflict` or `not-found` for what is to be added or removed. */
  modify(id: Guid, request: Modify, options?: CallOptions): Promise<void>;
}

/**
 * The Host Networking Service of this machine. It decides nothing: it sends documents that fit the service's version, and
 * turns what comes back into typed documents and errors.
 *
 * Errors are HcnError: `unavailable` when the service is not running, `forbidden` when this process is not an administrator's.
 * A signal that aborts ends the waiting: a call that HNS has already got is carried out.
 */
export interface HcnClient {
  /** Asked for when the client was opened. */
  readonly version: HnsVersion;
  readonly networks: HcnModifiable<HostComputeNetwork, WantedNetwork, NetworkModify>;
  readonly endpoints: HcnModifiable<HostComputeEndpoint, WantedEndpoint, EndpointModify>;
  readonly namespaces: HcnModifiable<HostComputeNamespace, WantedNamespace, NamespaceModify>;
  readonly loadBalancers: HcnModifiable<HostComputeLoadBalancer, WantedLoadBalancer, LoadBalancerModify>;
  readonly routes: HcnObjects<HostComputeRoute, WantedRoute>;
  endpointStatistics(id: Guid, options?: CallOptions): Promise<EndpointStatistics>;
  /**
   * From the moment of the call on, whatever is waited for or not. Ends when the signal aborts or the client closes; does not
   * keep a program from ending.
   */
  notifications(options?: CallOptions): AsyncIterable<HcnNotification>;
  /** Ends notifications, waits for calls that are under way. Objects stay. */
  close(): Promise<void>;
}
