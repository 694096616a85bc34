import type { Endpoint } from "../model/endpoint.ts";
import type { Family, Network, Scope } from "../model/network.ts";
import type { PortRequest } from "../model/port.ts";
import type { Resource } from "../model/resource.ts";
import type { Sandbox } from "../model/sandbox.ts";
import type { HostFacts, HostLink } from "./platform.ts";

/**
 * Knows how one kind of network is built. Every method is a pure function: a driver never touches the host. It turns the
 * model into a plan, and the platform makes the host match.
 */
export interface PlanningDriver<R extends Resource = Resource> {
  readonly name: string;
  readonly scope: Scope;
  /** The IPAM driver of networks that name none: "default", or "null" for drivers without addresses. */
  readonly defaultIpam: string;
  /** How many networks of this driver a host may have, and whether users may make and delete them. */
  readonly singleton?: boolean;
  /** Its sandboxes are in the host's own stack, and no others are. */
  readonly hostStack?: boolean;

  /** Every fault of the options and pools, in words that name the option. Empty: valid. */
  networkFaults(network: NetworkDraft): readonly string[];
  /** Clashes with networks that exist (same bridge, same parent…): CnmError `forbidden` naming both; else undefined. */
  networkClash?(network: Network, others: readonly Network[]): Error | undefined;
  /** Features of the host, by name, that a network cannot do without. Without one, it is not made. */
  needs?(network: NetworkDraft): readonly string[];
  /** Every fault that lies in how the host's links are just now. Empty: it can be made. */
  hostFaults?(network: NetworkDraft, links: readonly HostLink[]): readonly string[];
  /** Whether IPAM shall set aside a gateway address for this family. */
  needsGateway(network: NetworkDraft, family: Family): boolean;
  /** Further addresses that IPAM shall set aside in each pool of this family: they become auxiliary ones of these names. */
  needsAddresses?(network: NetworkDraft, family: Family): readonly string[];
  /** Addresses of a pool that the host takes for itself, whoever asks: they become auxiliary ones of these names. */
  hostAddresses?(network: NetworkDraft, pool: HostPool): Readonly<Record<string, string>>;
  endpointFaults(endpoint: EndpointDraft, network: Network): readonly string[];
  /** Clashes with the network's other endpoints: CnmError `forbidden` naming both; else undefined. */
  endpointClash?(endpoint: Endpoint, network: Network, others: readonly Endpoint[]): Error | undefined;

  /** Whether endpoints have no MAC address of their own: then their record's is "". */
  sharesMac?(network: Network): boolean;
  /** "eth": interfaces in sandboxes are named by this and the lowest free number. */
  interfacePrefix(network: Network): string;
  /** Whether an endpoint offers its sandbox a way out, for the choice of the default route. */
  offersGateway(network: Network, family: Family, endpoint: Pick<Endpoint, "addresses">): boolean;
  /** Where ports with no host address are bound, and whether this network binds host ports at all. */
  portPolicy(network: Network): PortPolicy;

  /**
   * How many endpoints share one segment of the network; further ones are on segment 1, then 2… What a segment needs besides is
   * planned, as `shared`, with each endpoint on it. Absent: all are on one.
   */
  segmentSize?(network: Network): number | undefined;
  planNetwork(network: Network, host: HostFacts): readonly R[];
  planEndpoint(endpoint: Endpoint, context: EndpointContext): readonly R[];
}

/** A network before its addresses are settled. */
export type NetworkDraft = Omit<Network, "ipam" | "state"> & {
  readonly ipam: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly pools: readonly { readonly family: Family; readonly subnet?: string; readonly gateway?: string }[];
};

export interface HostPool {
  readonly family: Family;
  readonly subnet: string;
}

export interface EndpointDraft {
  readonly options: Readonly<Record<string, string>>;
  readonly ports: readonly PortRequest[];
  readonly macAddress?: string | undefined;
  readonly interfaceName?: string | undefined;
}

export interface EndpointContext {
  readonly network: Network;
  readonly sandbox: Sandbox;
  readonly host: HostFacts;
}

/** What publishing a port means on a network, for each family of the host's addresses. */
export interface PortPolicy {
  readonly ipv4: FamilyPortPolicy;
  readonly ipv6: FamilyPortPolicy;
}

export type FamilyPortPolicy =
  /** A host port is bound on this address, unless the request names another one. */
  | { readonly mode: "bind"; readonly address: string }
  /** No host port: the target port itself is opened to whoever routes to it. */
  | { readonly mode: "open" }
  /** Nothing is published for this family. Asked for by name, it is an error with this reason. */
  | { readonly mode: "none"; readonly reason: string };
