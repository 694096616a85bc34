import type { Finding } from "@cnm/core";
import type { LinuxResource } from "../../resources/resource.ts";
import { uplinks } from "../host-facts.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { waysOut } from "./ways-out.ts";

/** Bridges that let through more than the way out of the host does. */
export async function uplinkMtu({ route }: HazardParts, wanted: readonly LinuxResource[]): Promise<readonly Finding[]> {
  const leading = new Set(waysOut(wanted).map(({ bridge }) => bridge));
  const [smallest] = (await uplinks(route)).toSorted((one, other) => one.mtu - other.mtu);
  if (smallest === undefined) return [];
  return wanted.flatMap((resource) => {
    if (resource.kind !== "link" || !leading.has(resource.name) || (resource.mtu ?? 0) <= smallest.mtu) return [];
    return [
      hazard({
        object: "mtu-too-large",
        key: resource.name,
        message: `bridge ${resource.name} has an MTU of ${resource.mtu}, but ${smallest.name}, which leads out of this host, one of ${smallest.mtu}: large packets are lost where ICMP is filtered`,
        cause: `give the network an MTU of at most ${smallest.mtu} (option com.docker.network.driver.mtu), or raise that of ${smallest.name}`,
      }),
    ];
  });
}
