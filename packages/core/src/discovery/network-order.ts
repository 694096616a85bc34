import type { Endpoint } from "../model/endpoint.ts";
import type { Network } from "../model/network.ts";

export interface Membership {
  readonly endpoint: Endpoint;
  readonly network: Network;
}

/**
 * The network that a sandbox asks first in front: the order in which the controller chooses default routes (higher
 * priority, then not internal, then both families, then the network's name).
 */
export function inGatewayOrder(memberships: readonly Membership[]): readonly Membership[] {
  return [...memberships].sort(
    (a, b) =>
      b.endpoint.gatewayPriority - a.endpoint.gatewayPriority ||
      Number(a.network.internal) - Number(b.network.internal) ||
      waysOut(b.network) - waysOut(a.network) ||
      compareTexts(a.network.name, b.network.name) ||
      compareTexts(a.endpoint.id, b.endpoint.id),
  );
}

const waysOut = ({ ipam }: Network): number =>
  new Set(ipam.pools.filter(({ gateway }) => gateway !== undefined).map(({ family }) => family)).size;

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
