import type { Finding } from "@cnm/core";
import type { LinuxResource } from "../resources/resource.ts";
import { forwardPolicy } from "./hazards/forward-policy.ts";
import { forwardingOff } from "./hazards/forwarding-off.ts";
import type { HazardParts, LookForHazard } from "./hazards/hazard.ts";
import { loopbackUnroutable } from "./hazards/loopback-unroutable.ts";
import { parentHazards } from "./hazards/parents.ts";
import { portThieves } from "./hazards/port-thief.ts";
import { routerAdvertisements } from "./hazards/router-advertisements.ts";
import { strictReversePath } from "./hazards/strict-reverse-path.ts";
import { uplinkMtu } from "./hazards/uplink-mtu.ts";

const HAZARDS: readonly LookForHazard[] = [
  forwardPolicy,
  forwardingOff,
  strictReversePath,
  loopbackUnroutable,
  routerAdvertisements,
  uplinkMtu,
  portThieves,
  parentHazards,
];

/** What on this host works against networks that want to reach the world. Without such networks there is nothing to find. */
export async function diagnose(parts: HazardParts, wanted: readonly LinuxResource[]): Promise<readonly Finding[]> {
  if (!wanted.some(({ kind }) => kind === "link")) return [];
  const findings: Finding[] = [];
  for (const look of HAZARDS) findings.push(...(await look(parts, wanted)));
  return findings;
}
