import { attributes, bytes, type ValuesOf } from "../../netlink/attributes.ts";
import { ByteWriter } from "../../netlink/byte-writer.ts";
import { AF_BRIDGE, NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import { type MessageCodec, type Request, request } from "../../netlink/message.ts";
import { RTM_NEWMDB } from "../constants.ts";
import { ipBytes } from "../ip-bytes.ts";

const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;

const mdbAttributes = attributes({ MDBA_SET_ENTRY: bytes(1) });

/** struct br_port_msg, and the attributes behind it. */
export interface MdbMessage {
  readonly family: number;
  readonly index: number;
  readonly attributes: ValuesOf<typeof mdbAttributes>;
}

export const mdbMessage: MessageCodec<MdbMessage> = {
  write(out, { family, index, attributes: values }) {
    out.u32(family);
    out.u32(index);
    mdbAttributes.write(out, values);
  },
  read(input) {
    const family = input.u32() & 0xff;
    return { family, index: input.u32(), attributes: mdbAttributes.read(input, {}) };
  },
};

/** A group that somebody behind a port of a bridge is in. */
export interface GroupPort {
  readonly bridgeIndex: number;
  readonly portIndex: number;
  /** "ff02::1:ff00:2" */
  readonly group: string;
}

/**
 * The bridge takes note of it as if it had heard a report: for as long as it remembers one (260 seconds unless set otherwise).
 * EINVAL when the bridge is down or takes no note of groups, EEXIST when it knows.
 */
export function noteGroup({ bridgeIndex, portIndex, group }: GroupPort): Request {
  const message = { family: AF_BRIDGE, index: bridgeIndex, attributes: { MDBA_SET_ENTRY: entry(portIndex, group) } };
  return request(RTM_NEWMDB, NLM_F_CREATE | NLM_F_EXCL, mdbMessage, message, `note group ${group}`);
}

/** struct br_mdb_entry: port, state and flags (none: it ends by itself), VLAN, address, protocol. */
function entry(portIndex: number, group: string): Uint8Array {
  const address = ipBytes(group);
  const out = new ByteWriter(28);
  out.u32(portIndex);
  out.u32(0);
  out.bytes(address);
  out.bytes(new Uint8Array(16 - address.length));
  out.be16(address.length === 4 ? ETH_P_IP : ETH_P_IPV6);
  out.u16(0);
  return out.finish();
}
