import { CnmError } from "@cnm/core";
import type { NetlinkError } from "../../netlink/netlink-error.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { NamespaceHandle } from "../../netns/namespace-pool.ts";
import { addAddress, deleteAddress, type LinkAddress } from "../../route/address/address.ts";
import { askForLink } from "../../route/link/get-link.ts";
import {
  addRoute,
  deleteRoute,
  dumpRoutes,
  type Route,
  type RouteSpec,
  replaceRoute,
} from "../../route/route/route.ts";
import type { AddressResource, RouteResource } from "../resource.ts";
import { EADDRNOTAVAIL, EEXIST, ENODEV, ENOENT, ESRCH } from "./errno-numbers.ts";
import { throwAll } from "./make-links.ts";
import type { Add, Operation, Part } from "./operation.ts";
import { alterLink, alterPeer, finishLink, finishPeer } from "./settle-links.ts";
import type { Alteration, StackChange } from "./stack-change.ts";
import type { Progress, StackContext } from "./stack-context.ts";

/** Who made an address or a route: a number that nobody else uses (rtnetlink.h lists those that are given out). */
export const OUR_PROTOCOL = 67;

type Work = Pick<StackChange, "links" | "addresses" | "routes">;

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
