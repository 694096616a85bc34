import { NetlinkError } from "../../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { dumpAddresses, type LinkAddress } from "../../route/address/address.ts";
import { dumpLinks, getLink } from "../../route/link/get-link.ts";
import type { Link } from "../../route/link/link.ts";
import { dumpRoutes, type Route } from "../../route/route/route.ts";
import { OUR_PROTOCOL } from "./settle.ts";

/** What one namespace holds that may be ours. */
export interface NamespaceView {
  readonly netns: string | undefined;
  readonly links: readonly Link[];
  readonly addresses: readonly LinkAddress[];
  /** Those of our protocol number. */
  readonly routes: readonly Route[];
}

/** What is to be looked at of a namespace. */
export interface ViewScope {
  /** By name. */
  readonly links: readonly string[] | "all";
  readonly addresses: boolean;
  readonly routes: boolean;
}

/** So many single questions cost about as much as one for everything on a large host. */
const FEW = 32;

/** Only that: on a host with thousands of links, reading all of them takes a tenth of a second. */
export async function viewPart(
  netns: string | undefined,
  handle: NamespaceHandle,
  scope: ViewScope,
): Promise<NamespaceView> {
  const socket = handle.route();
  const names = scope.links;
  const [links, addresses, routes] = await Promise.all([
    names === "all" || names.length > FEW ? dumpLinks(socket) : linksNamed(socket, names),
    scope.addresses ? dumpAddresses(socket) : [],
    scope.routes ? ourRoutes(socket) : [],
  ]);
  return { netns, links, addresses, routes };
}

async function linksNamed(socket: NetlinkSocket, names: readonly string[]): Promise<readonly Link[]> {
  const found = await Promise.all(
    // One that goes between the two questions is gone all the same.
    names.map((name) => (socket.interfaceIndex(name) === undefined ? undefined : getLinkIfThere(socket, name))),
  );
  const links = found.filter((link) => link !== undefined);
  const isKnown = (master: number): boolean => links.some(({ index }) => index === master);
  // At a bridge that nobody asked for: it has to have a name.
  const strayed = links.some(({ masterIndex }) => masterIndex !== undefined && !isKnown(masterIndex));
  return strayed ? dumpLinks(socket) : links;
}

async function getLinkIfThere(socket: NetlinkSocket, name: string): Promise<Link | undefined> {
  try {
    return await getLink(socket, name);
  } catch (error) {
    if (error instanceof NetlinkError && error.code === "ENODEV") return undefined;
    throw error;
  }
}

/** One reading for each family, however much there is. */
export const viewNamespace = (netns: string | undefined, handle: NamespaceHandle): Promise<NamespaceView> =>
  viewPart(netns, handle, { links: "all", addresses: true, routes: true });

async function ourRoutes(socket: NetlinkSocket): Promise<readonly Route[]> {
  const options = { protocol: OUR_PROTOCOL };
  const [ipv4, ipv6] = await Promise.all([dumpRoutes(socket, 4, options), dumpRoutes(socket, 6, options)]);
  return [...ipv4, ...ipv6].filter(({ protocol }) => protocol === OUR_PROTOCOL);
}
