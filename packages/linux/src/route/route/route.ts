import { AF_INET, AF_INET6, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from "../../netlink/constants.ts";
import { type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import {
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTN_UNICAST,
  RTNH_F_ONLINK,
  RTPROT_STATIC,
} from "../constants.ts";
import { familyOf, splitPrefix } from "../ip-bytes.ts";
import { type RouteMessage, routeMessage } from "./route-message.ts";

/** A unicast route. */
export interface RouteSpec {
  /** "0.0.0.0/0", "::/0", "10.9.0.0/16" */
  readonly destination: string;
  readonly gateway?: string | undefined;
  readonly linkIndex?: number;
  readonly metric?: number | undefined;
  readonly source?: string;
  /** RTPROT_*: who made it; "static" unless said. */
  readonly protocol?: number;
  /** RT_TABLE_MAIN unless said. */
  readonly table?: number;
  /** The gateway is on the link even if no address of ours says so. */
  readonly onlink?: boolean;
}

/** A route as the kernel has it, of any type. */
export interface Route extends RouteSpec {
  readonly protocol: number;
  readonly table: number;
  /** RTN_* */
  readonly type: number;
  /** More than one next hop; they are not taken apart. */
  readonly multipath: boolean;
}

/** EEXIST when there is such a route. */
export function addRoute(route: RouteSpec): Request {
  return request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, routeMessage, routeOf(route), `add route ${words(route)}`);
}

/** Another way to the same destination (and metric), without a moment in which there is none; makes it if there is none. */
export function replaceRoute(route: RouteSpec): Request {
  return request(
    RTM_NEWROUTE,
    NLM_F_CREATE | NLM_F_REPLACE,
    routeMessage,
    routeOf(route),
    `replace route ${words(route)}`,
  );
}

/** ESRCH when there is none. */
export function deleteRoute(route: RouteSpec): Request {
  return request(RTM_DELROUTE, 0, routeMessage, routeOf(route), `delete route ${words(route)}`);
}

/** All tables and types; cached clones are never listed. With a protocol the kernel itself leaves all others out. */
export async function dumpRoutes(
  socket: NetlinkSocket,
  family: 4 | 6,
  options: { readonly protocol?: number } = {},
): Promise<readonly Route[]> {
  const everything: RouteMessage = {
    family: family === 4 ? AF_INET : AF_INET6,
    destinationLength: 0,
    sourceLength: 0,
    tos: 0,
    table: 0,
    protocol: options.protocol ?? 0,
    scope: 0,
    type: 0,
    flags: 0,
    attributes: {},
  };
  const found = await socket.dump(request(RTM_GETROUTE, 0, routeMessage, everything, "list routes"), routeMessage);
  return found.map(routeFromMessage);
}

function routeOf(route: RouteSpec): RouteMessage {
  const { bytes, length } = splitPrefix(route.destination);
  const family = familyOf(bytes);
  const table = route.table ?? RT_TABLE_MAIN;
  return {
    family,
    destinationLength: length,
    sourceLength: 0,
    tos: 0,
    table: table < 256 ? table : 0,
    protocol: route.protocol ?? RTPROT_STATIC,
    scope: route.gateway === undefined && family === AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
    type: RTN_UNICAST,
    flags: route.onlink === true ? RTNH_F_ONLINK : 0,
    attributes: {
      RTA_DST: length === 0 ? undefined : route.destination.slice(0, route.destination.indexOf("/")),
      RTA_GATEWAY: route.gateway,
      RTA_OIF: route.linkIndex,
      RTA_PRIORITY: route.metric,
      RTA_PREFSRC: route.source,
      RTA_TABLE: table < 256 ? undefined : table,
    },
  };
}

function routeFromMessage(message: RouteMessage): Route {
  const { attributes } = message;
  const any = message.family === AF_INET ? "0.0.0.0" : "::";
  return {
    destination: `${attributes.RTA_DST ?? any}/${message.destinationLength}`,
    ...(attributes.RTA_GATEWAY === undefined ? {} : { gateway: attributes.RTA_GATEWAY }),
    ...(attributes.RTA_OIF === undefined ? {} : { linkIndex: attributes.RTA_OIF }),
    ...(attributes.RTA_PRIORITY === undefined ? {} : { metric: attributes.RTA_PRIORITY }),
    ...(attributes.RTA_PREFSRC === undefined ? {} : { source: attributes.RTA_PREFSRC }),
    ...((message.flags & RTNH_F_ONLINK) === 0 ? {} : { onlink: true }),
    protocol: message.protocol,
    table: attributes.RTA_TABLE ?? message.table,
    type: message.type,
    multipath: attributes.RTA_MULTIPATH !== undefined,
  };
}

const words = ({ destination, gateway }: RouteSpec): string =>
  gateway === undefined ? destination : `${destination} via ${gateway}`;
