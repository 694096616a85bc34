import type { Finding } from "@cnm/core";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { readSysctl } from "../../netns/sysctl.ts";
import type { LinuxResource } from "../../resources/resource.ts";
import { dumpAddresses } from "../../route/address/address.ts";
import { IFA_F_PERMANENT, RT_SCOPE_UNIVERSE, RTPROT_RA } from "../../route/constants.ts";
import { dumpLinks } from "../../route/link/get-link.ts";
import { defaultRoutes } from "../host-routes.ts";
import { type HazardParts, hazard } from "./hazard.ts";
import { waysOut } from "./ways-out.ts";

const ALWAYS = "2";

/**
 * A host that forwards is a router, and routers heed no advertisements unless told to: what it has learned that way, its
 * IPv6 default route above all, is dropped or runs out.
 */
export async function routerAdvertisements(
  { host, route }: HazardParts,
  wanted: readonly LinuxResource[],
): Promise<readonly Finding[]> {
  if (!waysOut(wanted).some(({ family }) => family === 6)) return [];
  const indexes = await learningLinks(route);
  if (indexes.size === 0) return [];
  const setting = (link: string, name: string): string | undefined => readSysctl(host, `net/ipv6/conf/${link}/${name}`);
  return (await dumpLinks(route))
    .filter(({ index }) => indexes.has(index))
    .filter(({ name }) => setting(name, "forwarding") === "1" && setting(name, "accept_ra") !== ALWAYS)
    .map(({ name }) =>
      hazard({
        object: "router-advertisements-ignored",
        key: `net/ipv6/conf/${name}/accept_ra`,
        message: `${name} has its IPv6 configuration from router advertisements, which it does not heed while this host forwards: its default route will be lost`,
        cause: `set net.ipv6.conf.${name}.accept_ra to 2, which accepts them on a router, or give the host a static default route`,
      }),
    );
}

/** Links with a default route that an advertisement brought, or addresses that are not for ever. */
async function learningLinks(socket: NetlinkSocket): Promise<ReadonlySet<number>> {
  const routes = (await defaultRoutes(socket)).filter(
    ({ destination, protocol }) => destination === "::/0" && protocol === RTPROT_RA,
  );
  const addresses = (await dumpAddresses(socket)).filter(
    ({ address, flags, scope }) =>
      address.includes(":") && scope === RT_SCOPE_UNIVERSE && (flags & IFA_F_PERMANENT) === 0,
  );
  return new Set([...routes.map(({ linkIndex }) => linkIndex ?? 0), ...addresses.map(({ linkIndex }) => linkIndex)]);
}
