/** A priority is worth more than all names. */
const STEP = 640;
const MOST = 50;

/**
 * The metric of an endpoint's default route. HNS cannot change the routes of an endpoint that is there, so every endpoint has
 * its default route from the first, and the least metric wins: when the endpoint that has it leaves, the next takes over,
 * and no connection of the others ends. The order is the controller's: the higher priority first (beyond ±50, all are
 * alike), then the network's name (as far as its beginning tells; beyond that, Windows chooses).
 */
export function routeMetric(gatewayPriority: number, networkName: string): number {
  const priority = Math.max(-MOST, Math.min(MOST, gatewayPriority));
  return (MOST - priority) * STEP + rank(networkName, 0) * 8 + Math.floor(rank(networkName, 1) / 10) + 1;
}

/** 0–79, in the order of code units from "-" to "z"; nothing comes first. */
const rank = (name: string, at: number): number =>
  at < name.length ? Math.max(0, Math.min(79, name.charCodeAt(at) - 44)) : 0;
