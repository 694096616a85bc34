import type { BalancedService, Balancer } from "../contracts/balancer.ts";
import type { Features } from "../contracts/platform.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { ServiceRequest } from "../options/parse-service-spec.ts";

/**
 * The name of the balancer that is asked for, or of the first that the host has and that can do what is asked.
 * @throws CnmError `unsupported` "no-balancer" that says of each why not; `invalid` "unknown-balancer"
 */
export function chooseBalancer(
  request: Pick<ServiceRequest, "name" | "balancer"> & BalancedService,
  balancers: readonly Balancer[],
  features: Features,
): string {
  const { name, balancer } = request;
  const able = balancers.filter(({ places }) => places.some((place) => place !== "host"));
  const asked = balancer === undefined ? able : able.filter((one) => one.name === balancer);
  if (balancer !== undefined && asked.length === 0) {
    const known = able.map((one) => one.name).join(", ") || "none";
    const message = `service ${name}: balancer ${balancer} is unknown on this host; known are ${known}`;
    throw new CnmError("invalid", "unknown-balancer", message);
  }
  const reasons: string[] = [];
  for (const candidate of asked) {
    const reason = missing(candidate, features) ?? candidate.lacks(request);
    if (reason === undefined) return candidate.name;
    reasons.push(`${candidate.name}: ${reason}`);
  }
  const message = `service ${name} cannot be balanced on this host: ${reasons.join("; ") || "it has no balancer"}`;
  throw new CnmError("unsupported", "no-balancer", message);
}

function missing({ feature }: Balancer, features: Features): string | undefined {
  const found = features[feature];
  return found === undefined || found.available ? undefined : found.reason;
}
