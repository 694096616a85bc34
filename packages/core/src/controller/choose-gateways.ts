import type { Endpoint } from "../model/endpoint.ts";
import type { EndpointId } from "../model/ids.ts";
import type { Family } from "../model/network.ts";

/** What the choice depends on, of each endpoint of one sandbox. */
export interface GatewayCandidate {
  readonly endpoint: Pick<Endpoint, "id" | "gatewayPriority">;
  readonly network: { readonly name: string; readonly internal: boolean };
  /** Families in which the endpoint's network offers a way out. */
  readonly offers: readonly Family[];
}

export interface Gateways {
  readonly ipv4: EndpointId | undefined;
  readonly ipv6: EndpointId | undefined;
}

/**
 * Which endpoints of a sandbox carry its default routes; they may be two different ones. Docker's order: the higher
 * priority, then networks that are not internal, then those that offer both families, then the network's name.
 */
export function chooseGateways(candidates: readonly GatewayCandidate[]): Gateways {
  const best = [...candidates].sort(byPreference);
  const first = (family: Family) => best.find(({ offers }) => offers.includes(family))?.endpoint.id;
  return { ipv4: first(4), ipv6: first(6) };
}

function byPreference(a: GatewayCandidate, b: GatewayCandidate): number {
  return (
    b.endpoint.gatewayPriority - a.endpoint.gatewayPriority ||
    Number(a.network.internal) - Number(b.network.internal) ||
    b.offers.length - a.offers.length ||
    compareTexts(a.network.name, b.network.name) ||
    // Two endpoints on one network: any order will do, if it is always the same.
    compareTexts(a.endpoint.id, b.endpoint.id)
  );
}

/** By code units, as Go compares: the choice must not depend on a locale. */
const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
