import type { Finding } from "@cnm/core";
import { readSysctl } from "../../netns/sysctl.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { pairs } from "./ways-out.ts";

const STRICT = 1;

/**
 * Strict reverse path filtering drops what comes by another way than answers would go. That does no harm to a sandbox on one
 * bridge that has an address; it does to sandboxes on several, and behind bridges without one.
 */
export function strictReversePath({ host }: HazardParts, wanted: readonly LinuxResource[]): readonly Finding[] {
  const level = (link: string): number => Number(readSysctl(host, `net/ipv4/conf/${link}/rp_filter`) ?? 0);
  // The kernel takes the larger of the two.
  return vulnerable(wanted)
    .filter(([bridge]) => Math.max(level("all"), level(bridge)) === STRICT)
    .map(([bridge, why]) =>
      hazard({
        object: "strict-reverse-path",
        key: `net/ipv4/conf/${bridge}/rp_filter`,
        message: `bridge ${bridge} drops IPv4 packets that come by another way than answers would go, and ${why}`,
        cause: `rp_filter is strict: set net.ipv4.conf.${level("all") === STRICT ? "all" : bridge}.rp_filter to 2 (loose) or 0`,
      }),
    );
}

function vulnerable(wanted: readonly LinuxResource[]): readonly (readonly [bridge: string, why: string])[] {
  const links = pairs(wanted);
  const inSandbox = new Map<string, Set<string>>();
  for (const { master, peer } of links) {
    if (!hasIpv4(wanted, peer.name, peer.netns)) continue;
    inSandbox.set(peer.netns, (inSandbox.get(peer.netns) ?? new Set()).add(master));
  }
  const bridges = new Set([...inSandbox.values()].flatMap((masters) => [...masters]));
  return [...bridges].flatMap((bridge): readonly (readonly [string, string])[] => {
    if (!hasIpv4(wanted, bridge)) return [[bridge, "it has no IPv4 address of its own, so no answer goes by it"]];
    const shared = [...inSandbox.values()].some((masters) => masters.has(bridge) && masters.size > 1);
    return shared ? [[bridge, "sandboxes on it are on other networks, too"]] : [];
  });
}

const hasIpv4 = (wanted: readonly LinuxResource[], link: string, netns?: string): boolean =>
  wanted.some(
    (resource) =>
      resource.kind === "address" &&
      resource.link === link &&
      resource.netns === netns &&
      !resource.address.includes(":"),
  );
