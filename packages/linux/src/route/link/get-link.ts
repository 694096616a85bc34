import { type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { RTEXT_FILTER_SKIP_STATS, RTM_GETLINK } from "../constants.ts";
import { type Link, linkFromMessage } from "./link.ts";
import { linkMessage } from "./link-message.ts";

/** Every link of the socket's namespace. Statistics only when asked for: they are half of a dump's bytes. */
export async function dumpLinks(
  socket: NetlinkSocket,
  options: { readonly statistics?: boolean } = {},
): Promise<readonly Link[]> {
  const mask = options.statistics === true ? {} : { IFLA_EXT_MASK: RTEXT_FILTER_SKIP_STATS };
  return (await socket.dump(getRequest(mask, "list links"), linkMessage)).map(linkFromMessage);
}

/** One link by name. Throws NetlinkError ENODEV when there is none. */
export async function getLink(socket: NetlinkSocket, name: string): Promise<Link> {
  return linkFromMessage(await socket.get(getRequest({ IFLA_IFNAME: name }, `look up link ${name}`), linkMessage));
}

/**
 * To be sent among others, for what it does and not for the answer: what the kernel has put off since the link's carrier came or
 * went, it does now (from Linux 6.7 on).
 */
export const askForLink = (name: string): Request => getRequest({ IFLA_IFNAME: name }, `look up link ${name}`);

function getRequest(
  attributes: { readonly IFLA_IFNAME?: string; readonly IFLA_EXT_MASK?: number },
  what: string,
): Request {
  return request(RTM_GETLINK, 0, linkMessage, { family: 0, index: 0, flags: 0, change: 0, attributes }, what);
}
