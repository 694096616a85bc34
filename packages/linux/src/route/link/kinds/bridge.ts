import { attributes, u8, u16, u32, type ValuesOf } from "../../../netlink/attributes.ts";

/** IFLA_BR_*: what a bridge is set to. */
export const bridge = attributes({
  IFLA_BR_FORWARD_DELAY: u32(1),
  IFLA_BR_HELLO_TIME: u32(2),
  IFLA_BR_MAX_AGE: u32(3),
  IFLA_BR_AGEING_TIME: u32(4),
  IFLA_BR_STP_STATE: u32(5),
  IFLA_BR_PRIORITY: u16(6),
  IFLA_BR_VLAN_FILTERING: u8(7),
  IFLA_BR_GROUP_FWD_MASK: u16(9),
  IFLA_BR_MCAST_SNOOPING: u8(23),
  IFLA_BR_NF_CALL_IPTABLES: u8(36),
  IFLA_BR_NF_CALL_IP6TABLES: u8(37),
  IFLA_BR_VLAN_DEFAULT_PVID: u16(39),
});

export type BridgeValues = ValuesOf<typeof bridge>;
