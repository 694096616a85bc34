import { attributes, bytes, u16, u32, type ValuesOf } from "../../netlink/attributes.ts";
import { AF_BRIDGE, NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from "../../netlink/constants.ts";
import { type MessageCodec, type Request, request } from "../../netlink/message.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import { ip, mac } from "../address-codec.ts";
import { NTF_SELF, NUD_PERMANENT, RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from "../constants.ts";
import { familyOf, ipBytes, macBytes } from "../ip-bytes.ts";

const neighbourAttributes = attributes({
  NDA_DST: ip(1),
  NDA_LLADDR: mac(2),
  NDA_CACHEINFO: bytes(3),
  NDA_VLAN: u16(5),
  NDA_MASTER: u32(9),
});

/** struct ndmsg, and the attributes behind it. */
export interface NeighbourMessage {
  readonly family: number;
  readonly index: number;
  readonly state: number;
  readonly flags: number;
  readonly type: number;
  readonly attributes: ValuesOf<typeof neighbourAttributes>;
}

export const neighbourMessage: MessageCodec<NeighbourMessage> = {
  write(out, value) {
    out.u8(value.family);
    out.u8(0);
    out.u16(0);
    out.i32(value.index);
    out.u16(value.state);
    out.u8(value.flags);
    out.u8(value.type);
    neighbourAttributes.write(out, value.attributes);
  },
  read(input) {
    const family = input.u8();
    input.u8();
    input.u16();
    const index = input.i32();
    const state = input.u16();
    const flags = input.u8();
    return { family, index, state, flags, type: input.u8(), attributes: neighbourAttributes.read(input, {}) };
  },
};

/** IP address → MAC on a link, for good. */
export interface Neighbour {
  readonly linkIndex: number;
  readonly address: string;
  readonly mac: string;
}

/** MAC → remote VTEP, in the forwarding database of a VXLAN link, for good. */
export interface FdbEntry {
  readonly linkIndex: number;
  readonly mac: string;
  readonly destination: string;
}

/** Replaces what is known of the address. */
export function setNeighbour(neighbour: Neighbour): Request {
  const { address } = neighbour;
  return request(
    RTM_NEWNEIGH,
    NLM_F_CREATE | NLM_F_REPLACE,
    neighbourMessage,
    neighbourOf(neighbour),
    `set neighbour ${address}`,
  );
}

export function deleteNeighbour(neighbour: Neighbour): Request {
  return request(RTM_DELNEIGH, 0, neighbourMessage, neighbourOf(neighbour), `delete neighbour ${neighbour.address}`);
}

/**
 * Frames to the MAC go to that VTEP from now on. All zeros (what is known of no MAC) and groups go to as many as are added;
 * a single machine is behind one VTEP, and a further one takes its place. No error when the entry is there already.
 */
export function addFdbEntry(entry: FdbEntry): Request {
  // The kernel takes a request to append a second VTEP of a single machine, says "done", and does nothing.
  const flag = leadsToMany(entry.mac) ? NLM_F_APPEND : NLM_F_REPLACE;
  return request(RTM_NEWNEIGH, NLM_F_CREATE | flag, neighbourMessage, fdbOf(entry), `add FDB entry ${entry.mac}`);
}

export function deleteFdbEntry(entry: FdbEntry): Request {
  return request(RTM_DELNEIGH, 0, neighbourMessage, fdbOf(entry), `delete FDB entry ${entry.mac}`);
}

/** What is known of neighbours, learnt and set. */
export async function dumpNeighbours(
  socket: NetlinkSocket,
): Promise<readonly (Neighbour & { readonly permanent: boolean })[]> {
  const messages = await socket.dump(everything(0, "list neighbours"), neighbourMessage);
  return messages.flatMap(({ index, state, attributes: { NDA_DST, NDA_LLADDR } }) =>
    NDA_DST === undefined || NDA_LLADDR === undefined
      ? []
      : [{ linkIndex: index, address: NDA_DST, mac: NDA_LLADDR, permanent: (state & NUD_PERMANENT) !== 0 }],
  );
}

/** Forwarding databases of all links; `destination` only where there is one. */
export async function dumpFdb(
  socket: NetlinkSocket,
): Promise<readonly { readonly linkIndex: number; readonly mac: string; readonly destination?: string }[]> {
  const messages = await socket.dump(everything(AF_BRIDGE, "list FDB entries"), neighbourMessage);
  return messages.flatMap(({ index, attributes: { NDA_DST, NDA_LLADDR } }) =>
    NDA_LLADDR === undefined
      ? []
      : [{ linkIndex: index, mac: NDA_LLADDR, ...(NDA_DST === undefined ? {} : { destination: NDA_DST }) }],
  );
}

function everything(family: number, what: string): Request {
  const message = { family, index: 0, state: 0, flags: 0, type: 0, attributes: {} };
  return request(RTM_GETNEIGH, 0, neighbourMessage, message, what);
}

function neighbourOf({ linkIndex, address, mac: lladdr }: Neighbour): NeighbourMessage {
  const family = familyOf(ipBytes(address));
  const given = { NDA_DST: address, NDA_LLADDR: lladdr };
  return { family, index: linkIndex, state: NUD_PERMANENT, flags: 0, type: 0, attributes: given };
}

function fdbOf({ linkIndex, mac: lladdr, destination }: FdbEntry): NeighbourMessage {
  const given = { NDA_LLADDR: lladdr, NDA_DST: destination };
  return { family: AF_BRIDGE, index: linkIndex, state: NUD_PERMANENT, flags: NTF_SELF, type: 0, attributes: given };
}

function leadsToMany(text: string): boolean {
  const bytes = macBytes(text);
  return ((bytes[0] ?? 0) & 1) === 1 || bytes.every((byte) => byte === 0);
}
