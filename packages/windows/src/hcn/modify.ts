import type { Dns } from "./dns.ts";
import type { Guid } from "./guid.ts";
import type { WantedLoadBalancer } from "./load-balancer.ts";
import type { IpSubnet, Subnet } from "./network.ts";
import type { EndpointPolicy } from "./policies/endpoint-policy.ts";
import type { NetworkPolicy } from "./policies/network-policy.ts";

/** Update replaces all policies of the types that are sent; Remove takes exactly the body that was added. */
export type RequestType = "Add" | "Remove" | "Update" | "Refresh";

interface Request<Type extends string, Settings> {
  readonly ResourceType: Type;
  readonly RequestType: RequestType;
  readonly Settings: Settings;
}

/** Subnets and IP subnets need HNS ≥ 11.10. */
export type NetworkModify =
  | Request<"Policy", { readonly Policies: readonly NetworkPolicy[] }>
  | Request<"DNS", Dns>
  | Request<"Extension", { readonly Id: Guid; readonly IsEnabled: boolean }>
  | Request<"Subnet", { readonly Subnets: readonly Subnet[] }>
  | Request<"IPSubnet", { readonly SubnetId: Guid; readonly IpSubnets: readonly IpSubnet[] }>;

export type EndpointModify =
  | Request<"Policy", { readonly Policies: readonly EndpointPolicy[] }>
  | Request<"Port", { readonly PortId: Guid; readonly VirtualNicName: string; readonly VirtualMachineId: Guid }>;

export type NamespaceModify =
  | Request<"Endpoint", { readonly EndpointId: Guid }>
  | Request<"Container", { readonly ContainerId: string }>;

/** The whole load balancer as it shall be. Needs HNS ≥ 15.5; older ones: delete, and create with the same ID. */
export type LoadBalancerModify = WantedLoadBalancer;
