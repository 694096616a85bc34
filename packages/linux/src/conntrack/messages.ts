import { attributes, be16, be32, nested, u8, u32, type ValuesOf } from "../netlink/attributes.ts";
import { AF_INET, AF_INET6, AF_UNSPEC } from "../netlink/constants.ts";
import type { MessageCodec } from "../netlink/message.ts";
import { ip } from "../route/address-codec.ts";

/** linux/netfilter/nfnetlink_conntrack.h */
const NFNL_SUBSYS_CTNETLINK = 1;
export const IPCTNL_MSG_CT_NEW = NFNL_SUBSYS_CTNETLINK << 8;
export const IPCTNL_MSG_CT_GET = (NFNL_SUBSYS_CTNETLINK << 8) | 1;
export const IPCTNL_MSG_CT_DELETE = (NFNL_SUBSYS_CTNETLINK << 8) | 2;
export const IPCTNL_MSG_CT_GET_STATS = (NFNL_SUBSYS_CTNETLINK << 8) | 5;

const address = attributes({
  CTA_IP_V4_SRC: ip(1),
  CTA_IP_V4_DST: ip(2),
  CTA_IP_V6_SRC: ip(3),
  CTA_IP_V6_DST: ip(4),
});

const protocol = attributes({
  CTA_PROTO_NUM: u8(1),
  CTA_PROTO_SRC_PORT: be16(2),
  CTA_PROTO_DST_PORT: be16(3),
});

const tuple = attributes({
  CTA_TUPLE_IP: nested(1, address, true),
  CTA_TUPLE_PROTO: nested(2, protocol, true),
  CTA_TUPLE_ZONE: be16(3),
});

export type TupleValues = ValuesOf<typeof tuple>;

const protocolInfo = attributes({
  CTA_PROTOINFO_TCP: nested(1, attributes({ CTA_PROTOINFO_TCP_STATE: u8(1) }), true),
});

const filter = attributes({ CTA_FILTER_ORIG_FLAGS: u32(1), CTA_FILTER_REPLY_FLAGS: u32(2) });

const flowAttributes = attributes({
  CTA_TUPLE_ORIG: nested(1, tuple, true),
  CTA_TUPLE_REPLY: nested(2, tuple, true),
  CTA_STATUS: be32(3),
  CTA_PROTOINFO: nested(4, protocolInfo, true),
  CTA_TIMEOUT: be32(7),
  CTA_MARK: be32(8),
  CTA_ID: be32(12),
  CTA_ZONE: be16(18),
  CTA_FILTER: nested(25, filter, true),
});

export interface FlowMessage {
  /** AF_INET, AF_INET6; AF_UNSPEC for both. */
  readonly family: number;
  readonly attributes: ValuesOf<typeof flowAttributes>;
}

export const flowMessage: MessageCodec<FlowMessage> = {
  write(out, { family, attributes: values }) {
    out.u8(family);
    // Version 1 makes the kernel heed the family when it deletes many.
    out.u8(family === AF_UNSPEC ? 0 : 1);
    out.be16(0);
    flowAttributes.write(out, values);
  },
  read(input) {
    const family = input.u8();
    input.bytes(3);
    return { family, attributes: flowAttributes.read(input, {}) };
  },
};

export const familyNumber = (family: 4 | 6): number => (family === 4 ? AF_INET : AF_INET6);
