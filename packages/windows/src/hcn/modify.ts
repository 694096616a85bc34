import * as v from "valibot";
import { dns } from "./dns.ts";
import type { WantedLoadBalancer } from "./load-balancer.ts";
import { ipSubnet, subnet } from "./network.ts";
import { endpointPolicy } from "./policies/endpoint-policy.ts";
import { networkPolicy } from "./policies/network-policy.ts";
import type { DeepReadonly } from "./schema/deep-readonly.ts";
import { flag, id, list, text } from "./schema/fields.ts";
import { since } from "./schema/needs.ts";

/** Update replaces all policies of the types that are sent; Remove takes exactly the body that was added. */
const requestType = v.picklist(["Add", "Remove", "Update", "Refresh"]);

const request = <const Type extends string, const S extends v.GenericSchema>(type: Type, settings: S) =>
  v.object({ ResourceType: v.literal(type), RequestType: requestType, Settings: settings });

export const networkModify = v.variant("ResourceType", [
  request("Policy", v.object({ Policies: list(networkPolicy) })),
  request("DNS", dns),
  request("Extension", v.object({ Id: id, IsEnabled: flag })),
  request("Subnet", since("Schema 2.6", v.object({ Subnets: list(subnet) }))),
  request("IPSubnet", since("Schema 2.6", v.object({ SubnetId: id, IpSubnets: list(ipSubnet) }))),
]);

export const endpointModify = v.variant("ResourceType", [
  request("Policy", v.object({ Policies: list(endpointPolicy) })),
  request("Port", v.object({ PortId: id, VirtualNicName: text, VirtualMachineId: id })),
]);

export const namespaceModify = v.variant("ResourceType", [
  request("Endpoint", v.object({ EndpointId: id })),
  request("Container", v.object({ ContainerId: text })),
]);

export type RequestType = v.InferOutput<typeof requestType>;
export type NetworkModify = DeepReadonly<v.InferOutput<typeof networkModify>>;
export type EndpointModify = DeepReadonly<v.InferOutput<typeof endpointModify>>;
export type NamespaceModify = DeepReadonly<v.InferOutput<typeof namespaceModify>>;
/** The whole load balancer as it shall be. Needs HNS ≥ 15.5; on older ones: delete it, and create it with the same ID. */
export type LoadBalancerModify = WantedLoadBalancer;
