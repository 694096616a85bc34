import type { Finding } from "@cnm/core";
import type { HcnClient } from "../hcn/hcn-client.ts";
import type { NetworkResource, WindowsResource } from "../resources/resource.ts";
import { adapters } from "./hazards/adapters.ts";
import type { HazardParts, LookForHazard } from "./hazards/hazard.ts";
import { degraded, icsDisabled, ipv6Unbound, lonelyAcls, missingCompartments } from "./hazards/health.ts";
import type { HostInspector } from "./hazards/inspection.ts";
import { otherNats } from "./hazards/other-nats.ts";
import { dockerDaemon, excludedPorts, leakedLoadBalancers, staleEndpoints } from "./hazards/strangers.ts";

const HAZARDS: readonly LookForHazard[] = [
  otherNats,
  adapters,
  staleEndpoints,
  dockerDaemon,
  leakedLoadBalancers,
  excludedPorts,
  lonelyAcls,
  missingCompartments,
  icsDisabled,
  degraded,
  ipv6Unbound,
];

export interface DiagnoseParts {
  readonly client: Pick<HcnClient, "networks" | "endpoints" | "namespaces" | "loadBalancers">;
  readonly inspector: HostInspector;
}

/** What on this host works against cnm's networks. Without any there is nothing to find. */
export async function diagnose(
  { client, inspector }: DiagnoseParts,
  wanted: readonly WindowsResource[],
): Promise<readonly Finding[]> {
  if (wanted.length === 0) return [];
  const [networks, endpoints, namespaces, loadBalancers, excluded, host] = await Promise.all([
    client.networks.list(),
    client.endpoints.list(),
    client.namespaces.list(),
    client.loadBalancers.list(),
    inspector.excludedPorts(),
    inspector.inspect(),
  ]);
  const wantedNetworks = wanted.filter(
    (resource): resource is NetworkResource => resource.kind === "hcn-network" && resource.adopt !== true,
  );
  const parts: HazardParts = {
    wanted,
    wantedNetworks,
    networks,
    endpoints,
    namespaces,
    loadBalancers,
    excludedPorts: excluded,
    host,
  };
  return HAZARDS.flatMap((look) => look(parts));
}
