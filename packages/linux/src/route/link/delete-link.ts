import { type Request, request } from "../../netlink/message.ts";
import { RTM_DELLINK } from "../constants.ts";
import { linkMessage } from "./link-message.ts";

/** By name; both ends, if it is a veth. ENODEV when there is none. */
export function deleteLink(name: string): Request {
  const message = { family: 0, index: 0, flags: 0, change: 0, attributes: { IFLA_IFNAME: name } };
  return { ...request(RTM_DELLINK, 0, linkMessage, message, `delete link ${name}`), slow: true };
}

/** All links of a group (see `setLink`), at the price of one. ENODEV when the group is empty. */
export function deleteLinkGroup(group: number): Request {
  const message = { family: 0, index: 0, flags: 0, change: 0, attributes: { IFLA_GROUP: group } };
  return request(RTM_DELLINK, 0, linkMessage, message, `delete the links of group ${group}`);
}
