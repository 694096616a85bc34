import type { Finding } from "@cnm/core";
import { formatOwner } from "@cnm/core";
import { readSysctl } from "../../netns/sysctl.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { pairs } from "./ways-out.ts";

/** Ports on 127.0.0.1 whose bridge takes no packets from there. A planned setting that is there is the plan's own affair. */
export function loopbackUnroutable({ host }: HazardParts, wanted: readonly LinuxResource[]): readonly Finding[] {
  const bridgeOf = new Map(pairs(wanted).map(({ owner, master }) => [formatOwner(owner), master]));
  const isOn = (link: string): boolean => readSysctl(host, settingOf(link)) === "1";
  const isPlanned = (link: string): boolean =>
    wanted.some(({ kind, key }) => kind === "sysctl" && key === `sysctl ${settingOf(link)}`) &&
    readSysctl(host, settingOf(link)) !== undefined;
  return wanted.flatMap((resource) => {
    if (resource.kind !== "port" || !resource.address.startsWith("127.")) return [];
    const bridge = bridgeOf.get(formatOwner(resource.owner));
    if (bridge === undefined || isPlanned(bridge) || isOn("all") || isOn(bridge)) return [];
    const port = `${resource.address}:${resource.port}/${resource.protocol}`;
    return [
      hazard({
        object: "loopback-unroutable",
        key: port,
        message: `port ${port} is published on loopback, but bridge ${bridge} takes no packets from 127.0.0.0/8`,
        cause: `route_localnet is off: set ${settingOf(bridge).replaceAll("/", ".")} to 1, or publish on another address`,
      }),
    ];
  });
}

const settingOf = (link: string): string => `net/ipv4/conf/${link}/route_localnet`;
