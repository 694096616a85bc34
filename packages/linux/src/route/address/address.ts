import { AF_INET, NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import { type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { IFA_F_NODAD, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from "../constants.ts";
import { familyOf, ipBytes, ipText } from "../ip-bytes.ts";
import { type AddressMessage, addressMessage } from "./address-message.ts";

/** An address of a link. */
export interface LinkAddress {
  readonly linkIndex: number;
  /** "10.7.0.2/24" */
  readonly address: string;
  /** Usable at once: no duplicate address detection (IPv6). */
  readonly nodad?: boolean | undefined;
  /** IFAPROT_*: who made it. Kernels before 5.18 do not keep it. */
  readonly protocol?: number;
}

/** EEXIST when the link has it. IPv4 gets its broadcast address, as `ip address add … brd +` sets it. */
export function addAddress(address: LinkAddress): Request {
  const message = addressOf(address);
  return request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, addressMessage, message, `add address ${address.address}`);
}

/** EADDRNOTAVAIL when the link has not got it. */
export function deleteAddress(address: LinkAddress): Request {
  return request(RTM_DELADDR, 0, addressMessage, addressOf(address), `delete address ${address.address}`);
}

export async function dumpAddresses(
  socket: NetlinkSocket,
): Promise<readonly (LinkAddress & { readonly scope: number; readonly flags: number })[]> {
  const everything = { family: 0, prefixLength: 0, flags: 0, scope: 0, index: 0, attributes: {} };
  const messages = await socket.dump(
    request(RTM_GETADDR, 0, addressMessage, everything, "list addresses"),
    addressMessage,
  );
  return messages.flatMap(({ index, prefixLength, scope, flags, attributes }) => {
    // On point-to-point links IFA_ADDRESS is the other side; our own is IFA_LOCAL, which IPv6 leaves out otherwise.
    const own = attributes.IFA_LOCAL ?? attributes.IFA_ADDRESS;
    if (own === undefined) return [];
    const protocol = attributes.IFA_PROTO;
    return [
      {
        linkIndex: index,
        address: `${own}/${prefixLength}`,
        scope,
        flags: attributes.IFA_FLAGS ?? flags,
        ...(protocol === undefined ? {} : { protocol }),
      },
    ];
  });
}

function addressOf({ linkIndex, address, nodad, protocol }: LinkAddress): AddressMessage {
  const slash = address.indexOf("/");
  const text = address.slice(0, slash);
  const bytes = ipBytes(text);
  const prefixLength = Number(address.slice(slash + 1));
  const family = familyOf(bytes);
  const broadcast = family === AF_INET ? broadcastOf(bytes, prefixLength) : undefined;
  return {
    family,
    prefixLength,
    flags: 0,
    scope: 0,
    index: linkIndex,
    attributes: {
      IFA_LOCAL: text,
      IFA_ADDRESS: text,
      IFA_BROADCAST: broadcast,
      IFA_FLAGS: nodad === true ? IFA_F_NODAD : undefined,
      IFA_PROTO: protocol,
    },
  };
}

/** None in /31 and /32, where every address is a host's (RFC 3021). */
function broadcastOf(bytes: Uint8Array, prefixLength: number): string | undefined {
  if (prefixLength > 30) return undefined;
  const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
  const last = new Uint8Array(4);
  new DataView(last.buffer).setUint32(0, (value | (0xffffffff >>> prefixLength)) >>> 0);
  return ipText(last);
}
