import { CnmError, formatOwner } from "@cnm/core";
import type { Request } from "../../netlink/message.ts";
import type { NetlinkError } from "../../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { addAddress, deleteAddress, type LinkAddress } from "../../route/address/address.ts";
import { type LinkChange, setLink } from "../../route/link/set-link.ts";
import { addRoute, deleteRoute, dumpRoutes, type RouteSpec, replaceRoute } from "../../route/route/route.ts";
import type { AddressResource, LinkResource, RouteResource } from "../resource.ts";
import { EADDRNOTAVAIL, EEXIST, ENODEV, ENOENT, ESRCH } from "./errno-numbers.ts";
import { masterIndex, throwAll } from "./make-links.ts";
import type { Alteration, StackChange } from "./stack-change.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/** Who made an address or a route: a number that nobody else uses (rtnetlink.h lists those that are given out). */
export const OUR_PROTOCOL = 67;

/** One request, what it does to the plan when it succeeds, and which refusals mean that there is nothing to do. */
interface Operation {
  readonly request: Request;
  readonly fine?: readonly number[];
  done?(): void;
  /** A refusal that has to be looked into. Resolves when that settled it. */
  rescue?(error: NetlinkError): Promise<void>;
}

type Work = Pick<StackChange, "links" | "addresses" | "routes">;

/**
 * Everything but the existence of links: flags, tags, ports, addresses, routes. One send for each namespace, side by side.
 * Where one fails, the others are done all the same, and noted.
 */
export async function settle(context: StackContext, work: Work, done: Progress): Promise<void> {
  const making = namespacesOf(makingIn(work));
  const removing = namespacesOf([...work.addresses.remove, ...work.routes.remove]);
  const results = await Promise.allSettled(
    [...new Set([...making, ...removing])].map((netns) => {
      const body = (handle: NamespaceHandle): Promise<void> =>
        run(handle.route(), operationsIn(netns, handle, work, done));
      // What was in a namespace that is gone is removed.
      return making.has(netns) ? context.pool.use(netns, body) : context.pool.useIfThere(netns, body);
    }),
  );
  throwAll(results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
}

function makingIn({ links, addresses, routes }: Work): readonly { readonly netns?: string }[] {
  const ends = [...links.make, ...links.alter.map(({ to }) => to)];
  const peers = ends.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  return [...ends, ...peers, ...addresses.make, ...routes.make, ...routes.alter.map(({ to }) => to)];
}

const namespacesOf = (resources: readonly { readonly netns?: string }[]): ReadonlySet<string | undefined> =>
  new Set(resources.map(({ netns }) => netns));

function operationsIn(
  netns: string | undefined,
  handle: NamespaceHandle,
  { links, addresses, routes }: Work,
  done: Progress,
): readonly Operation[] {
  const here = <R extends { readonly netns?: string }>(resources: readonly R[]): readonly R[] =>
    resources.filter((resource) => resource.netns === netns);
  const socket = handle.route();
  return [
    ...here(routes.remove).map((route) => routeRemoval(socket, route, done)),
    ...here(addresses.remove).map((address) => addressRemoval(socket, address, done)),
    ...here(links.make)
      .filter((link) => !done.finished.has(link))
      .map((link) => finishLink(link, done)),
    ...links.make.flatMap((link) => finishPeer(link, netns)),
    ...links.alter.filter(({ to }) => to.netns === netns).flatMap((change) => alterLink(handle, change, done)),
    ...links.alter.filter(({ to }) => to.peer?.netns === netns).flatMap((change) => alterPeer(change)),
    ...here(addresses.make).map((address) => addressAddition(socket, address, done)),
    ...here(routes.make).map((route) => routeAddition(socket, route, done)),
    ...routes.alter.filter(({ to }) => to.netns === netns).map((change) => routeAlteration(socket, change, done)),
  ];
}

async function run(socket: NetlinkSocket, operations: readonly Operation[]): Promise<void> {
  if (operations.length === 0) return;
  const outcomes = await socket.execute(operations.map(({ request }) => request));
  const failures: unknown[] = [];
  for (const [at, operation] of operations.entries()) {
    const error = outcomes[at];
    if (error === undefined) operation.done?.();
    else if (operation.fine?.includes(error.errno) !== true) {
      try {
        if (operation.rescue === undefined) throw error;
        await operation.rescue(error);
      } catch (failure) {
        failures.push(failure);
      }
    }
  }
  throwAll(failures);
}

/** Of a link that was there before. */
function finishLink(link: LinkResource, done: Progress): Operation {
  const { name, adopt, owner, port, up } = link;
  const adopted = adopt === true && !done.add.includes(link);
  const tag = adopted ? {} : { alias: formatOwner(owner) };
  return {
    request: setLink(name, { ...tag, ...(adopted && !up ? {} : { up }), ...(port === undefined ? {} : { port }) }),
  };
}

function finishPeer({ owner, peer }: LinkResource, netns: string | undefined): readonly Operation[] {
  if (peer === undefined || peer.netns !== netns) return [];
  return [{ request: setLink(peer.name, { alias: formatOwner(owner), up: peer.up }) }];
}

function alterLink(
  handle: NamespaceHandle,
  { from, to }: Alteration<LinkResource>,
  done: Progress,
): readonly Operation[] {
  let noted = false;
  const note = (): void => {
    if (!noted) done.altered({ from, to });
    noted = true;
  };
  const change: LinkChange = {
    ...(to.adopt === true ? {} : { alias: formatOwner(to.owner) }),
    ...(from.up === to.up ? {} : { up: to.up }),
    ...(from.mtu === to.mtu || to.mtu === undefined ? {} : { mtu: to.mtu }),
    ...(from.mac === to.mac || to.mac === undefined ? {} : { mac: to.mac }),
    ...(to.port === undefined ? {} : { port: to.port }),
  };
  const changes = from.master === to.master ? [change] : [{ masterIndex: masterOf(handle, to) }, change];
  return changes.map((one) => ({ request: setLink(to.name, one), done: note }));
}

const masterOf = (handle: NamespaceHandle, link: LinkResource): number =>
  link.master === undefined ? 0 : masterIndex(handle, link, link.master);

function alterPeer({ from, to }: Alteration<LinkResource>): readonly Operation[] {
  const [old, wanted] = [from.peer, to.peer];
  if (old === undefined || wanted === undefined) return [];
  const change: LinkChange = {
    alias: formatOwner(to.owner),
    ...(old.up === wanted.up ? {} : { up: wanted.up }),
    ...(old.mtu === wanted.mtu || wanted.mtu === undefined ? {} : { mtu: wanted.mtu }),
    ...(old.mac === wanted.mac ? {} : { mac: wanted.mac }),
  };
  return [{ request: setLink(wanted.name, change) }];
}

function addressAddition(socket: NetlinkSocket, resource: AddressResource, done: Progress): Operation {
  return {
    request: addAddress(addressOf(socket, resource, done)),
    fine: [EEXIST],
    done: () => void done.add.push(resource),
  };
}

function addressRemoval(socket: NetlinkSocket, resource: AddressResource, done: Progress): Operation {
  const index = socket.interfaceIndex(resource.link) ?? 0;
  return {
    request: deleteAddress({ linkIndex: index, address: resource.address }),
    fine: [EADDRNOTAVAIL, ENODEV],
    done: () => void done.remove.push(resource),
  };
}

function addressOf(socket: NetlinkSocket, { netns, link, address }: AddressResource, done: Progress): LinkAddress {
  const nodad = address.includes(":");
  const linkIndex = done.indexOf(netns, link) ?? indexOf(socket, link, address);
  return { linkIndex, address, protocol: OUR_PROTOCOL, ...(nodad ? { nodad } : {}) };
}

function routeAddition(socket: NetlinkSocket, resource: RouteResource, done: Progress): Operation {
  return {
    request: addRoute(routeOf(socket, resource, done)),
    done: () => void done.add.push(resource),
    rescue: (error) => settleRoute(socket, resource, error, done),
  };
}

/** There is one of that destination: perhaps the very one, perhaps another of ours, perhaps somebody else's. */
async function settleRoute(
  socket: NetlinkSocket,
  resource: RouteResource,
  error: NetlinkError,
  done: Progress,
): Promise<void> {
  if (error.errno !== EEXIST) throw error;
  const wanted = routeOf(socket, resource, done);
  const family = resource.destination.includes(":") ? 6 : 4;
  const there = (await dumpRoutes(socket, family, { protocol: OUR_PROTOCOL })).filter(
    ({ destination, metric, protocol }) =>
      protocol === OUR_PROTOCOL && destination === wanted.destination && sameMetric(family, metric, wanted.metric),
  );
  if (there.some(({ gateway, linkIndex }) => gateway === wanted.gateway && linkIndex === wanted.linkIndex)) return;
  if (there.length > 0) {
    const [outcome] = await socket.execute([replaceRoute(wanted)]);
    if (outcome === undefined) return;
    throw outcome;
  }
  const place = resource.netns === undefined ? "" : ` in ${resource.netns}`;
  throw new CnmError(
    "conflict",
    "route-exists",
    `cannot make route ${resource.destination} via ${resource.link}${place}: there is one which cnm did not make`,
    { cause: error },
  );
}

/** IPv6 routes without a metric get this one. */
const IP6_RT_PRIO_USER = 1024;

export const sameMetric = (family: 4 | 6, found: number | undefined, wanted: number | undefined): boolean =>
  found === (wanted ?? (family === 6 ? IP6_RT_PRIO_USER : undefined));

function routeAlteration(socket: NetlinkSocket, { from, to }: Alteration<RouteResource>, done: Progress): Operation {
  return { request: replaceRoute(routeOf(socket, to, done)), done: () => done.altered({ from, to }) };
}

function routeRemoval(socket: NetlinkSocket, resource: RouteResource, done: Progress): Operation {
  const index = socket.interfaceIndex(resource.link);
  const { destination, gateway, metric } = resource;
  return {
    request: deleteRoute({
      destination,
      protocol: OUR_PROTOCOL,
      ...(index === undefined ? {} : { linkIndex: index }),
      ...(gateway === undefined ? {} : { gateway }),
      ...(metric === undefined ? {} : { metric }),
    }),
    fine: [ESRCH, ENOENT, ENODEV],
    done: () => void done.remove.push(resource),
  };
}

function routeOf(
  socket: NetlinkSocket,
  { netns, destination, gateway, link, metric }: RouteResource,
  done: Progress,
): RouteSpec {
  return {
    destination,
    linkIndex: done.indexOf(netns, link) ?? indexOf(socket, link, `route ${destination}`),
    protocol: OUR_PROTOCOL,
    ...(gateway === undefined ? {} : { gateway }),
    ...(metric === undefined ? {} : { metric }),
  };
}

function indexOf(socket: NetlinkSocket, link: string, what: string): number {
  const index = socket.interfaceIndex(link);
  if (index !== undefined) return index;
  throw new CnmError("not-found", "no-such-link", `cannot add ${what}: there is no link ${link}`);
}
