import type { Family, Protocol, Resource } from "@cnm/core";
import type { WantedEndpoint } from "../hcn/endpoint.ts";
import type { Guid } from "../hcn/guid.ts";
import type { WantedLoadBalancer } from "../hcn/load-balancer.ts";
import type { WantedNamespace } from "../hcn/namespace.ts";
import type { WantedNetwork } from "../hcn/network.ts";
import type { WantedRoute } from "../hcn/route.ts";

/**
 * The host objects that Windows plans are made of: HCN documents. Policies are part of the document that they are on, for
 * HNS has no names for them. Every document's id follows from its owner, so that it is found again; a document's `Owner`
 * field says whose it is.
 */
export type WindowsResource =
  | NetworkResource
  | NamespaceResource
  | EndpointResource
  | LoadBalancerResource
  | RouteResource;

export type WindowsResourceKind = WindowsResource["kind"];

/** What a plan says of an object; the platform adds id and owner. */
type Document<Wanted> = Omit<Wanted, "ID" | "Owner">;

export interface NetworkResource extends Resource {
  readonly kind: "hcn-network";
  readonly id: Guid;
  readonly document: Document<WantedNetwork>;
  /** Somebody else's network with this id is used as it is, and never changed or deleted. */
  readonly adopt?: boolean;
}

/** A sandbox's compartment. */
export interface NamespaceResource extends Resource {
  readonly kind: "hcn-namespace";
  readonly id: Guid;
  readonly document: Document<WantedNamespace>;
}

export interface EndpointResource extends Resource {
  readonly kind: "hcn-endpoint";
  readonly id: Guid;
  readonly document: Document<Omit<WantedEndpoint, "HostComputeNamespace">>;
  /** The namespace that it is in; endpoints of other hosts are in none. */
  readonly namespace?: Guid;
}

/** A virtual address that leads to one of several endpoints. */
export interface LoadBalancerResource extends Resource {
  readonly kind: "hcn-loadbalancer";
  readonly id: Guid;
  readonly document: Document<WantedLoadBalancer>;
}

/** Routes in VFP, on several endpoints. */
export interface RouteResource extends Resource {
  readonly kind: "hcn-route";
  readonly id: Guid;
  readonly document: Document<WantedRoute>;
}

/** A port of the host that an endpoint's policy leads to the endpoint. */
export interface MappedPort {
  readonly protocol: Protocol;
  readonly family: Family;
  readonly port: number;
  /** The port was reserved by the caller; without it HNS takes it itself, and finds it taken if a socket holds it. */
  readonly reserved: boolean;
}
