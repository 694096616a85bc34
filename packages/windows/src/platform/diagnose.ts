import type { Finding } from "@cnm/core";
import type { HcnClient } from "../hcn/hcn-client.ts";
import type { NetworkResource, WindowsResource } from "../resources/resource.ts";
import { adapters } from "./hazards/adapters.ts";
import { type HazardParts, hazard, type LookForHazard } from "./hazards/hazard.ts";
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
  const [networks, endpoints, namespaces, loadBalancers] = await Promise.all([
    client.networks.list(),
    client.endpoints.list(),
    client.namespaces.list(),
    client.loadBalancers.list(),
  ]);
  const unseen: Finding[] = [];
  const seen = <T>(looking: Promise<T>, otherwise: T): Promise<T> =>
    looking.catch((error: unknown) => {
      unseen.push(notInspected(error));
      return otherwise;
    });
  const excluded = await seen(inspector.excludedPorts(), new Set<number>());
  const host = await seen(inspector.inspect(), undefined);
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
  return [...HAZARDS.flatMap((look) => look(parts)), ...unseen.slice(0, 1)];
}

/** What HNS tells is known all the same. */
const notInspected = (error: unknown): Finding =>
  hazard({
    object: "not-inspected",
    key: "powershell",
    message: `services, adapters and excluded ports cannot be looked at: ${error instanceof Error ? error.message : String(error)}`,
    cause: "cnm asks PowerShell for them; everything else was looked at",
  });
