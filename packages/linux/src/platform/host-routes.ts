import type { HostRoute } from "@cnm/core";
import { parseOwner } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { OUR_PROTOCOL } from "../resources/stack/settle.ts";
import { RT_TABLE_LOCAL, RTN_UNICAST } from "../route/constants.ts";
import { dumpLinks } from "../route/link/get-link.ts";
import { dumpRoutes, type Route } from "../route/route/route.ts";

/** What pools must not overlap: every route of the host in every table, but default routes and those of single addresses. */
export async function hostRoutes(socket: NetlinkSocket): Promise<readonly HostRoute[]> {
  const links = new Map((await dumpLinks(socket)).map((link) => [link.index, link]));
  const found = new Map<string, HostRoute>();
  for (const { destination, linkIndex, protocol, table, type } of await allRoutes(socket)) {
    if (type !== RTN_UNICAST || table === RT_TABLE_LOCAL || isDefault(destination) || isPrivateToLink(destination))
      continue;
    const link = links.get(linkIndex ?? 0);
    const own = protocol === OUR_PROTOCOL || (link !== undefined && parseOwner(link.alias) !== undefined);
    const route = { destination, link: link?.name ?? "several links", own };
    found.set(`${destination} ${route.link}`, route);
  }
  return [...found.values()];
}

export async function defaultRoutes(socket: NetlinkSocket): Promise<readonly Route[]> {
  return (await allRoutes(socket)).filter(({ destination, type }) => type === RTN_UNICAST && isDefault(destination));
}

async function allRoutes(socket: NetlinkSocket): Promise<readonly Route[]> {
  return [...(await dumpRoutes(socket, 4)), ...(await dumpRoutes(socket, 6))];
}

/** VPNs split the default route in two halves (IPv6: the global part), to outdo the one that is there. */
const DEFAULTS = new Set(["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "::/1", "8000::/1", "2000::/3"]);

const isDefault = (destination: string): boolean => DEFAULTS.has(destination);

/** Every IPv6 link has these; they are the link's own, and clash with nothing. */
const isPrivateToLink = (destination: string): boolean => destination === "fe80::/64" || destination === "ff00::/8";
