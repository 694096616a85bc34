import type { ByteWriter } from "../../netlink/byte-writer.ts";
import { NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import { type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { IFA_F_NODAD, RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from "../constants.ts";
import { familyOf, splitPrefix } from "../ip-bytes.ts";
import { addressMessage } from "./address-message.ts";

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
  return new AddressRequest("add", address);
}

/** EADDRNOTAVAIL when the link has not got it. */
export function deleteAddress(address: LinkAddress): Request {
  return new AddressRequest("delete", address);
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

/** The numbers that `addressMessage` declares. */
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_BROADCAST = 4;
const IFA_FLAGS = 8;
const IFA_PROTO = 11;

/** Written by hand, as elements of sets are: each join sends one or two. */
class AddressRequest implements Request {
  readonly type: number;
  readonly flags: number;
  readonly #address: LinkAddress;

  constructor(verb: "add" | "delete", address: LinkAddress) {
    this.type = verb === "add" ? RTM_NEWADDR : RTM_DELADDR;
    this.flags = verb === "add" ? NLM_F_CREATE | NLM_F_EXCL : 0;
    this.#address = address;
  }

  get what(): string {
    return `${this.type === RTM_NEWADDR ? "add" : "delete"} address ${this.#address.address}`;
  }

  write(out: ByteWriter): void {
    const { address, linkIndex, nodad, protocol } = this.#address;
    const { bytes, length } = splitPrefix(address);
    out.u8(familyOf(bytes));
    out.u8(length);
    out.u16(0);
    out.i32(linkIndex);
    writeBytes(out, IFA_LOCAL, bytes);
    writeBytes(out, IFA_ADDRESS, bytes);
    if (bytes.length === 4 && length <= LONGEST_WITH_BROADCAST)
      writeBytes(out, IFA_BROADCAST, broadcastOf(bytes, length));
    if (nodad === true) out.u32Attribute(IFA_FLAGS, IFA_F_NODAD);
    if (protocol !== undefined) out.u8Attribute(IFA_PROTO, protocol);
  }
}

function writeBytes(out: ByteWriter, type: number, bytes: Uint8Array): void {
  const start = out.begin(type);
  out.bytes(bytes);
  out.end(start);
}

/** There is none in /31 and /32, where every address is a host's (RFC 3021). */
const LONGEST_WITH_BROADCAST = 30;

/** The last of the prefix. */
function broadcastOf(address: Uint8Array, prefixLength: number): Uint8Array {
  const last = Uint8Array.from(address);
  for (let at = prefixLength >> 3, bits = prefixLength & 7; at < 4; at++, bits = 0)
    last[at] = (last[at] ?? 0) | (0xff >> bits);
  return last;
}
