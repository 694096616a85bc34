import type { ByteWriter } from "../../netlink/byte-writer.ts";
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
import { familyOf, splitPrefix, writeIp } from "../ip-bytes.ts";
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
  return new RouteRequest("add", route);
}

/** Another way to the same destination (and metric), without a moment in which there is none; makes it if there is none. */
export function replaceRoute(route: RouteSpec): Request {
  return new RouteRequest("replace", route);
}

/** ESRCH when there is none. */
export function deleteRoute(route: RouteSpec): Request {
  return new RouteRequest("delete", route);
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

/** The numbers that `routeMessage` declares. */
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_TABLE = 15;

const FLAGS = { add: NLM_F_CREATE | NLM_F_EXCL, replace: NLM_F_CREATE | NLM_F_REPLACE, delete: 0 } as const;

/** Written by hand, as elements of sets are: each join sends one or two. */
class RouteRequest implements Request {
  readonly type: number;
  readonly flags: number;
  readonly #verb: keyof typeof FLAGS;
  readonly #route: RouteSpec;

  constructor(verb: keyof typeof FLAGS, route: RouteSpec) {
    this.type = verb === "delete" ? RTM_DELROUTE : RTM_NEWROUTE;
    this.flags = FLAGS[verb];
    this.#verb = verb;
    this.#route = route;
  }

  get what(): string {
    const { destination, gateway } = this.#route;
    return `${this.#verb} route ${destination}${gateway === undefined ? "" : ` via ${gateway}`}`;
  }

  write(out: ByteWriter): void {
    const { destination, gateway, linkIndex, metric, source, onlink } = this.#route;
    const table = this.#route.table ?? RT_TABLE_MAIN;
    const { bytes, length } = splitPrefix(destination);
    const family = familyOf(bytes);
    out.u8(family);
    out.u8(length);
    out.u8(0);
    out.u8(0);
    out.u8(table < 256 ? table : 0);
    out.u8(this.#route.protocol ?? RTPROT_STATIC);
    out.u8(gateway === undefined && family === AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE);
    out.u8(RTN_UNICAST);
    out.u32(onlink === true ? RTNH_F_ONLINK : 0);
    if (length > 0) {
      const start = out.begin(RTA_DST);
      out.bytes(bytes);
      out.end(start);
    }
    if (gateway !== undefined) writeAddress(out, RTA_GATEWAY, gateway);
    if (linkIndex !== undefined) out.u32Attribute(RTA_OIF, linkIndex);
    if (metric !== undefined) out.u32Attribute(RTA_PRIORITY, metric);
    if (source !== undefined) writeAddress(out, RTA_PREFSRC, source);
    if (table > 255) out.u32Attribute(RTA_TABLE, table);
  }
}

function writeAddress(out: ByteWriter, type: number, address: string): void {
  const start = out.begin(type);
  writeIp(out, address);
  out.end(start);
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
