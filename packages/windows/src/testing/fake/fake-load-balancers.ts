import type { HostComputeEndpoint } from "../../hcn/endpoint.ts";
import type { Guid } from "../../hcn/guid.ts";
import { HcnError } from "../../hcn/hcn-error.ts";
import { type HostComputeLoadBalancer, LoadBalancerFlags } from "../../hcn/load-balancer.ts";
import { ENDPOINT_NOT_FOUND, PORT_ALREADY_EXISTS } from "./hresults.ts";

/** Backends have to be there, and nobody else has the port of an address. */
export function settleLoadBalancer(
  balancer: HostComputeLoadBalancer,
  endpoints: ReadonlyMap<Guid, HostComputeEndpoint>,
  others: readonly HostComputeLoadBalancer[],
): HostComputeLoadBalancer {
  const operation = `load balancer ${balancer.Name ?? balancer.ID}`;
  needEndpoints(operation, balancer.HostComputeEndpoints, endpoints);
  const taken = new Set(others.filter(({ ID }) => ID !== balancer.ID).flatMap(frontends));
  if (frontends(balancer).some((frontend) => taken.has(frontend))) {
    throw new HcnError({ operation, hresult: PORT_ALREADY_EXISTS });
  }
  return balancer;
}

export function needEndpoints(
  operation: string,
  wanted: readonly Guid[],
  endpoints: ReadonlyMap<Guid, HostComputeEndpoint>,
): void {
  if (wanted.every((id) => endpoints.has(id))) return;
  throw new HcnError({ operation, hresult: ENDPOINT_NOT_FOUND });
}

const frontends = ({ FrontendVIPs = [], PortMappings = [], Flags = 0 }: HostComputeLoadBalancer): readonly string[] =>
  (FrontendVIPs.length === 0 ? [(Flags & LoadBalancerFlags.IPv6) === 0 ? "0.0.0.0" : "::"] : FrontendVIPs).flatMap(
    (vip) => PortMappings.map(({ Protocol, ExternalPort }) => `${vip} ${Protocol}/${ExternalPort}`),
  );
