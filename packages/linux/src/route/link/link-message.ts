import {
  attributes,
  cstring,
  custom,
  dependent,
  i32,
  nested,
  type PayloadCodec,
  u8,
  u32,
  type ValuesOf,
} from "../../netlink/attributes.ts";
import { AF_INET6 } from "../../netlink/constants.ts";
import type { MessageCodec } from "../../netlink/message.ts";
import { mac } from "../address-codec.ts";
import { bridge } from "./kinds/bridge.ts";
import { bridgePort } from "./kinds/bridge-port.ts";
import { ipvlan } from "./kinds/ipvlan.ts";
import { macvlan } from "./kinds/macvlan.ts";
import { vlan } from "./kinds/vlan.ts";
import { vxlan } from "./kinds/vxlan.ts";
import { statistics64 } from "./statistics.ts";

/** struct ifinfomsg, and the attributes behind it. */
export interface LinkMessage {
  readonly family: number;
  readonly type?: number;
  readonly index: number;
  readonly flags: number;
  /** Which of the flags count. */
  readonly change: number;
  readonly attributes: LinkAttributes;
}

/** Written out by hand where the table refers to itself: a veth's peer is a whole link message. */
export type LinkAttributes = ValuesOf<typeof linkAttributes>;

const header = {
  write(out: Parameters<PayloadCodec<LinkMessage>["write"]>[0], value: Omit<LinkMessage, "attributes">): void {
    out.u8(value.family);
    out.u8(0);
    out.u16(value.type ?? 0);
    out.i32(value.index);
    out.u32(value.flags);
    out.u32(value.change);
  },
  read(input: Parameters<PayloadCodec<LinkMessage>["read"]>[0]): Omit<LinkMessage, "attributes"> {
    const family = input.u8();
    input.u8();
    return { family, type: input.u16(), index: input.i32(), flags: input.u32(), change: input.u32() };
  },
};

/** What can be said of a veth's other end when it is made. */
const peerAttributes = attributes({
  IFLA_ADDRESS: mac(1),
  IFLA_IFNAME: cstring(3),
  IFLA_MTU: u32(4),
  IFLA_NET_NS_FD: u32(28),
});

export interface VethPeer {
  readonly index: number;
  readonly attributes: ValuesOf<typeof peerAttributes>;
}

const VETH_INFO_PEER = 1;

const veth = attributes({
  VETH_INFO_PEER: custom<VethPeer>(VETH_INFO_PEER, {
    write(out, peer) {
      header.write(out, { family: 0, index: peer.index, flags: 0, change: 0 });
      peerAttributes.write(out, peer.attributes);
    },
    read(input, siblings) {
      const { index } = header.read(input);
      return { index, attributes: peerAttributes.read(input, siblings) };
    },
  }),
});

/** IFLA_INFO_DATA by IFLA_INFO_KIND. */
const KINDS: ReadonlyMap<unknown, PayloadCodec<object>> = new Map<unknown, PayloadCodec<object>>([
  ["bridge", bridge as PayloadCodec<object>],
  ["veth", veth as PayloadCodec<object>],
  ["vxlan", vxlan as PayloadCodec<object>],
  ["macvlan", macvlan as PayloadCodec<object>],
  ["ipvlan", ipvlan as PayloadCodec<object>],
  ["vlan", vlan as PayloadCodec<object>],
]);

const linkInfo = attributes({
  IFLA_INFO_KIND: cstring(1),
  IFLA_INFO_DATA: dependent<object>(2, "IFLA_INFO_KIND", (kind) => KINDS.get(kind)),
  IFLA_INFO_SLAVE_KIND: cstring(4),
  IFLA_INFO_SLAVE_DATA: dependent<ValuesOf<typeof bridgePort>>(5, "IFLA_INFO_SLAVE_KIND", (kind) =>
    kind === "bridge" ? bridgePort : undefined,
  ),
});

/** By address family; of IPv6 only what is used. */
const familySpecifics = attributes({
  AF_INET6: nested(AF_INET6, attributes({ IFLA_INET6_ADDR_GEN_MODE: u8(8) })),
});

export const linkAttributes = attributes({
  IFLA_ADDRESS: mac(1),
  IFLA_IFNAME: cstring(3),
  IFLA_MTU: u32(4),
  IFLA_LINK: u32(5),
  IFLA_MASTER: u32(10),
  IFLA_TXQLEN: u32(13),
  IFLA_OPERSTATE: u8(16),
  IFLA_LINKINFO: nested(18, linkInfo),
  IFLA_IFALIAS: cstring(20),
  IFLA_STATS64: statistics64(23),
  IFLA_AF_SPEC: nested(26, familySpecifics),
  IFLA_GROUP: u32(27),
  IFLA_NET_NS_FD: u32(28),
  IFLA_EXT_MASK: u32(29),
  IFLA_PROMISCUITY: u32(30),
  IFLA_LINK_NETNSID: i32(37),
  IFLA_TARGET_NETNSID: i32(46),
  IFLA_NEW_IFINDEX: i32(49),
  IFLA_PARENT_DEV_BUS_NAME: cstring(57),
});

export const linkMessage: MessageCodec<LinkMessage> = {
  write(out, value) {
    header.write(out, value);
    linkAttributes.write(out, value.attributes);
  },
  read(input) {
    return { ...header.read(input), attributes: linkAttributes.read(input, {}) };
  },
};
