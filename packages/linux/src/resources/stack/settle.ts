import { CnmError, formatOwner, type OwnerRef } from "@cnm/core";
import type { Request } from "../../netlink/message.ts";
import type { NetlinkError } from "../../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { addAddress, deleteAddress, type LinkAddress } from "../../route/address/address.ts";
import { askForLink } from "../../route/link/get-link.ts";
import { isIpvlanMode } from "../../route/link/kinds/ipvlan.ts";
import { isMacvlanMode } from "../../route/link/kinds/macvlan.ts";
import { type LinkChange, setLink } from "../../route/link/set-link.ts";
import {
  addRoute,
  deleteRoute,
  dumpRoutes,
  type Route,
  type RouteSpec,
  replaceRoute,
} from "../../route/route/route.ts";
import type { AddressResource, LinkResource, RouteResource } from "../resource.ts";
import { EADDRNOTAVAIL, EAFNOSUPPORT, EEXIST, ENODEV, ENOENT, ESRCH } from "./errno-numbers.ts";
import { masterIndex, throwAll } from "./make-links.ts";
import { isInOtherStack, standsBadly } from "./make-standing.ts";
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

/** What is to be done in one namespace. */
interface Part {
  readonly netns: string | undefined;
  /** Something is made there; where only removals are left, it may be gone. */
  making: boolean;
  /** In their order. They are looked into when the namespace is open. */
  readonly operations: ((handle: NamespaceHandle) => Operation)[];
}

/**
 * Everything but the existence of links: flags, tags, ports, addresses, routes. One send for each namespace, side by side.
 * Where one fails, the others are done all the same, and noted.
 */
export async function settle(context: StackContext, work: Work, done: Progress): Promise<void> {
  const parts = partsOf(work, done);
  const [only] = parts;
  if (only === undefined) return;
  if (parts.length === 1) return settleIn(context, only);
  const results = await Promise.allSettled(parts.map((part) => settleIn(context, part)));
  throwAll(results.flatMap((result) => (result.status === "rejected" ? [result.reason] : [])));
}

async function settleIn({ pool }: StackContext, { netns, making, operations }: Part): Promise<void> {
  const body = (handle: NamespaceHandle): Promise<void> =>
    run(
      handle.route(),
      operations.map((operation) => operation(handle)),
    );
  // What was in a namespace that is gone is removed.
  await (making ? pool.use(netns, body) : pool.useIfThere(netns, body));
}

function partsOf({ links, addresses, routes }: Work, done: Progress): readonly Part[] {
  const parts: Part[] = [];
  const add: Add = (netns, making, operation) => {
    let part = parts.find((one) => one.netns === netns);
    if (part === undefined) {
      part = { netns, making, operations: [] };
      parts.push(part);
    }
    part.making ||= making;
    part.operations.push(operation);
  };
  for (const route of routes.remove) add(route.netns, false, (handle) => routeRemoval(handle.route(), route, done));
  for (const address of addresses.remove) {
    add(address.netns, false, (handle) => addressRemoval(handle.route(), address, done));
  }
  for (const link of links.make) {
    if (!done.finished.has(link)) finishLink(link, done, add);
    const { owner, peer } = link;
    if (peer !== undefined) finishPeer(owner, peer, add);
    if (peer !== undefined && done.portless.has(link))
      add(peer.netns, true, () => ({ request: askForLink(peer.name) }));
  }
  for (const { from, to } of links.alter) alterLink({ from, to }, done, add);
  for (const { from, to } of links.alter) alterPeer({ from, to }, add);
  for (const address of addresses.make) {
    add(address.netns, true, (handle) => addressAddition(handle.route(), address, done));
  }
  for (const route of routes.make) add(route.netns, true, (handle) => routeAddition(handle.route(), route, done));
  for (const { from, to } of routes.alter) {
    add(to.netns, true, (handle) => routeAlteration(handle.route(), { from, to }, done));
  }
  return parts;
}

type Add = (netns: string | undefined, making: boolean, operation: Part["operations"][number]) => void;

async function run(socket: NetlinkSocket, operations: readonly Operation[]): Promise<void> {
  if (operations.length === 0) return;
  const outcomes = await socket.execute(operations.map(({ request }) => request));
  const failures: unknown[] = [];
  for (let at = 0; at < operations.length; at++) {
    const operation = operations[at];
    const error = outcomes[at];
    if (error === undefined) operation?.done?.();
    else if (operation?.fine?.includes(error.errno) !== true) {
      try {
        if (operation?.rescue === undefined) throw error;
        await operation.rescue(error);
      } catch (failure) {
        failures.push(failure);
      }
    }
  }
  throwAll(failures);
}

/** Of a link that was there before. */
function finishLink(link: LinkResource, done: Progress, add: Add): void {
  const { name, netns, adopt, owner, port, up, linkLocal } = link;
  const adopted = adopt === true && !done.add.includes(link);
  const tag = adopted ? {} : { alias: formatOwner(owner) };
  // Before it is up.
  if (linkLocal !== undefined) add(netns, true, () => linkLocalOperation(name, linkLocal));
  add(netns, true, () => ({
    request: setLink(name, {
      ...tag,
      ...(isInOtherStack(link) ? { group: 0 } : {}),
      ...(adopted && !up ? {} : { up }),
      ...(port === undefined ? {} : { port }),
    }),
    rescue: (error) => Promise.reject(standsBadly(link, error)),
  }));
}

/** Up last: a change of a link that is up makes IPv6 say its groups once more. */
function finishPeer(owner: OwnerRef, peer: NonNullable<LinkResource["peer"]>, add: Add): void {
  const { netns, name, master, port, up, linkLocal } = peer;
  if (linkLocal !== undefined) add(netns, true, () => linkLocalOperation(name, linkLocal));
  // Flags of a port are applied before the rest of a request: it has to be a port already.
  if (master !== undefined) {
    add(netns, true, (handle) => ({ request: setLink(name, { masterIndex: masterIndex(handle, peer, master) }) }));
  }
  add(netns, true, () => ({ request: setLink(name, { alias: formatOwner(owner), port }) }));
  add(netns, true, () => ({ request: setLink(name, { up }) }));
}

/** Where there is no IPv6, there is nothing to be set. */
const linkLocalOperation = (name: string, linkLocal: boolean): Operation => ({
  request: setLink(name, { linkLocal }),
  fine: [EAFNOSUPPORT],
});

function alterLink({ from, to }: Alteration<LinkResource>, done: Progress, add: Add): void {
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
    ...modeChange(from, to),
  };
  if (from.master !== to.master) {
    add(to.netns, true, (handle) => ({
      request: setLink(to.name, { masterIndex: masterOf(handle, to) }),
      done: note,
    }));
  }
  add(to.netns, true, () => ({ request: setLink(to.name, change), done: note }));
  const { linkLocal } = to;
  if (linkLocal !== undefined && linkLocal !== from.linkLocal) {
    add(to.netns, true, () => linkLocalOperation(to.name, linkLocal));
  }
}

function modeChange(from: LinkResource, { type, mode, flag = "bridge" }: LinkResource): LinkChange {
  if (mode === undefined || (from.mode === mode && from.flag === flag)) return {};
  if (type === "macvlan" && isMacvlanMode(mode)) return { macvlan: mode };
  return type === "ipvlan" && isIpvlanMode(mode) ? { ipvlan: { mode, flag } } : {};
}

const masterOf = (handle: NamespaceHandle, link: LinkResource): number =>
  link.master === undefined ? 0 : masterIndex(handle, link, link.master);

function alterPeer({ from, to }: Alteration<LinkResource>, add: Add): void {
  const [old, wanted] = [from.peer, to.peer];
  if (old === undefined || wanted === undefined) return;
  const { netns, name, master, port, linkLocal } = wanted;
  const change: LinkChange = {
    alias: formatOwner(to.owner),
    ...(old.up === wanted.up ? {} : { up: wanted.up }),
    ...(old.mtu === wanted.mtu || wanted.mtu === undefined ? {} : { mtu: wanted.mtu }),
    ...(old.mac === wanted.mac || wanted.mac === undefined ? {} : { mac: wanted.mac }),
    ...(port === undefined ? {} : { port }),
  };
  if (master !== undefined && old.master !== master) {
    add(netns, true, (handle) => ({ request: setLink(name, { masterIndex: masterIndex(handle, wanted, master) }) }));
  }
  if (linkLocal !== undefined && old.linkLocal !== linkLocal) {
    add(netns, true, () => linkLocalOperation(name, linkLocal));
  }
  add(netns, true, () => ({ request: setLink(name, change) }));
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
  return { linkIndex, address, protocol: OUR_PROTOCOL, nodad };
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
  const same = ({ gateway, linkIndex, source }: Route): boolean =>
    gateway === wanted.gateway && linkIndex === wanted.linkIndex && source === wanted.source;
  if (there.some(same)) return;
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
  { netns, destination, gateway, link, metric, source }: RouteResource,
  done: Progress,
): RouteSpec {
  return {
    destination,
    linkIndex: done.indexOf(netns, link) ?? indexOf(socket, link, `route ${destination}`),
    protocol: OUR_PROTOCOL,
    gateway,
    metric,
    ...(source === undefined ? {} : { source }),
  };
}

function indexOf(socket: NetlinkSocket, link: string, what: string): number {
  const index = socket.interfaceIndex(link);
  if (index !== undefined) return index;
  throw new CnmError("not-found", "no-such-link", `cannot add ${what}: there is no link ${link}`);
}
