import { requireFeature } from "../../hcn/features.ts";
import type { Guid } from "../../hcn/guid.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import {
  type EndpointModify,
  endpointModify,
  type LoadBalancerModify,
  type NamespaceModify,
  type NetworkModify,
  namespaceModify,
  networkModify,
} from "../../hcn/modify.ts";
import { fitDocument } from "../../hcn/schema/fit-document.ts";
import { settlePolicies } from "./fake-endpoints.ts";
import { settleLoadBalancer } from "./fake-load-balancers.ts";
import type { FakeState } from "./fake-state.ts";
import {
  ENDPOINT_NAMESPACE_ALREADY_EXISTS,
  ENDPOINT_NOT_FOUND,
  POLICY_NOT_FOUND,
  REQUEST_UNSUPPORTED,
} from "./hresults.ts";
import { changePolicies } from "./policies.ts";

export function modifyNetwork({ networks, version }: FakeState, id: Guid, request: NetworkModify): void {
  fitDocument(`network ${id}`, networkModify, request, version);
  const network = networks.need(id);
  switch (request.ResourceType) {
    case "DNS":
      networks.replace({ ...network, Dns: request.Settings });
      break;
    case "Policy": {
      const changed = changePolicies(network.Policies ?? [], request.RequestType, request.Settings.Policies);
      networks.replace({ ...network, Policies: changed ?? refuse("HcnModifyNetwork", id, POLICY_NOT_FOUND) });
      break;
    }
    default:
      refuse("HcnModifyNetwork", id, REQUEST_UNSUPPORTED);
  }
}

export function modifyEndpoint({ endpoints, networks, version }: FakeState, id: Guid, request: EndpointModify): void {
  fitDocument(`endpoint ${id}`, endpointModify, request, version);
  const endpoint = endpoints.need(id);
  if (request.ResourceType !== "Policy") refuse("HcnModifyEndpoint", id, REQUEST_UNSUPPORTED);
  const changed = changePolicies(endpoint.Policies ?? [], request.RequestType, request.Settings.Policies);
  if (changed === undefined) refuse("HcnModifyEndpoint", id, POLICY_NOT_FOUND);
  const network = networks.need(endpoint.HostComputeNetwork);
  endpoints.replace({ ...endpoint, Policies: settlePolicies(endpoint, changed, network, endpoints.all()) });
}

export function modifyNamespace(state: FakeState, id: Guid, request: NamespaceModify): void {
  const { endpoints, namespaces, version } = state;
  fitDocument(`namespace ${id}`, namespaceModify, request, version);
  const namespace = namespaces.need(id);
  if (request.ResourceType !== "Endpoint") refuse("HcnModifyNamespace", id, REQUEST_UNSUPPORTED);
  const { EndpointId } = request.Settings;
  const endpoint = endpoints.need(EndpointId);
  if (request.RequestType === "Add") {
    if (endpoint.HostComputeNamespace !== undefined) {
      refuse("HcnModifyNamespace", id, ENDPOINT_NAMESPACE_ALREADY_EXISTS);
    }
    endpoints.replace({ ...endpoint, HostComputeNamespace: id });
    const Resources = [...(namespace.Resources ?? []), { Type: "Endpoint", Data: { Id: EndpointId } } as const];
    namespaces.replace({ ...namespace, Resources });
    state.publish(["NetworkEndpointAttached"], EndpointId);
    return;
  }
  if (endpoint.HostComputeNamespace !== id) refuse("HcnModifyNamespace", id, ENDPOINT_NOT_FOUND);
  state.forget(endpoint);
  state.release(EndpointId);
}

export function modifyLoadBalancer(
  { loadBalancers, endpoints, version }: FakeState,
  id: Guid,
  wanted: LoadBalancerModify,
): void {
  requireFeature(version, "ModifyLoadBalancer", `changing load balancer ${id}`);
  const changed = { ...loadBalancers.need(id), ...wanted, ID: id };
  loadBalancers.replace(settleLoadBalancer(changed, endpoints.documents, loadBalancers.all()));
}

function refuse(operation: string, id: Guid, hresult: number): never {
  throw new HcnError({ operation: `${operation} ${id}`, hresult });
}
