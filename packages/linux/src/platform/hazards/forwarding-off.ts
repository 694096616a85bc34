import type { Finding } from "@cnm/core";
import { readSysctl } from "../../netns/sysctl.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { waysOut } from "./ways-out.ts";

const SETTINGS = { 4: "net/ipv4/ip_forward", 6: "net/ipv6/conf/all/forwarding" } as const;

/** A host that was told not to forward. A planned setting is the plan's own affair: it is found as a difference. */
export function forwardingOff({ host }: HazardParts, wanted: readonly LinuxResource[]): readonly Finding[] {
  const needed = new Set(waysOut(wanted).map(({ family }) => family));
  return ([4, 6] as const)
    .filter((family) => needed.has(family))
    .map((family) => [family, SETTINGS[family]] as const)
    .filter(([, name]) => !wanted.some((resource) => resource.kind === "sysctl" && resource.name === name))
    .filter(([, name]) => readSysctl(host, name) === "0")
    .map(([family, name]) =>
      hazard({
        object: "forwarding-off",
        key: name,
        message: `this host does not forward IPv${family}, so sandboxes reach nothing beyond it`,
        cause: `forwarding is switched off and cnm was told not to touch it: set ${name.replaceAll("/", ".")} to 1`,
      }),
    );
}
