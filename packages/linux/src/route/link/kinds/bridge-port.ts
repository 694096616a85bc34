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
  /** MDB_RTR_TYPE_*: which multicast a port gets besides that of groups heard of at it. */
  IFLA_BRPORT_MULTICAST_ROUTER: u8(25),
  IFLA_BRPORT_MCAST_FLOOD: u8(27),
  IFLA_BRPORT_NEIGH_SUPPRESS: u8(32),
  IFLA_BRPORT_ISOLATED: u8(33),
});

/** Of a link as port of a bridge. */
export interface PortFlags {
  /** Frames may leave by the port that they came in by. */
  readonly hairpin: boolean;
  /** It reaches only ports that are not isolated, and the bridge itself. */
  readonly isolated: boolean;
  /** All multicast goes to it, as to a router's port. Absent: as the bridge finds; read back, that it takes no note of groups. */
  readonly router?: boolean;
}

export type BridgePortValues = ValuesOf<typeof bridgePort>;
