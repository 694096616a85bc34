import type { WindowsResourceKind } from "./resource.ts";

/** An endpoint stands on its network and namespace; routes and load balancers on endpoints. */
export const MAKING: readonly WindowsResourceKind[] = [
  "hcn-network",
  "hcn-namespace",
  "hcn-endpoint",
  "hcn-route",
  "hcn-loadbalancer",
];

/** A load balancer that outlives its endpoints keeps their ports taken; a namespace that outlives none leaves ghosts. */
export const UNMAKING: readonly WindowsResourceKind[] = MAKING.toReversed();
