import { attributes, u8, u16, u32, type ValuesOf } from "../../../netlink/attributes.ts";

/** IFLA_BRPORT_*: flags of a link as port of a bridge, in IFLA_INFO_SLAVE_DATA. */
export const bridgePort = attributes({
  IFLA_BRPORT_STATE: u8(1),
  IFLA_BRPORT_PRIORITY: u16(2),
  IFLA_BRPORT_COST: u32(3),
  /** Hairpin: frames may leave through the port that they came in by. */
  IFLA_BRPORT_MODE: u8(4),
  IFLA_BRPORT_GUARD: u8(5),
  IFLA_BRPORT_PROTECT: u8(6),
  IFLA_BRPORT_FAST_LEAVE: u8(7),
  IFLA_BRPORT_LEARNING: u8(8),
  IFLA_BRPORT_UNICAST_FLOOD: u8(9),
  IFLA_BRPORT_PROXYARP: u8(10),
  IFLA_BRPORT_MCAST_FLOOD: u8(27),
  IFLA_BRPORT_NEIGH_SUPPRESS: u8(32),
  IFLA_BRPORT_ISOLATED: u8(33),
});

export type BridgePortValues = ValuesOf<typeof bridgePort>;
