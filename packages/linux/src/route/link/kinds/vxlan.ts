import { attributes, be16, u8, u32, type ValuesOf } from "../../../netlink/attributes.ts";
import { ip } from "../../address-codec.ts";

/** IFLA_VXLAN_*. */
export const vxlan = attributes({
  IFLA_VXLAN_ID: u32(1),
  IFLA_VXLAN_GROUP: ip(2),
  IFLA_VXLAN_LINK: u32(3),
  IFLA_VXLAN_LOCAL: ip(4),
  IFLA_VXLAN_TTL: u8(5),
  IFLA_VXLAN_TOS: u8(6),
  IFLA_VXLAN_LEARNING: u8(7),
  IFLA_VXLAN_AGEING: u32(8),
  IFLA_VXLAN_LIMIT: u32(9),
  IFLA_VXLAN_PROXY: u8(11),
  IFLA_VXLAN_RSC: u8(12),
  IFLA_VXLAN_L2MISS: u8(13),
  IFLA_VXLAN_L3MISS: u8(14),
  IFLA_VXLAN_PORT: be16(15),
  IFLA_VXLAN_GROUP6: ip(16),
  IFLA_VXLAN_LOCAL6: ip(17),
  IFLA_VXLAN_UDP_CSUM: u8(18),
  IFLA_VXLAN_UDP_ZERO_CSUM6_TX: u8(19),
  IFLA_VXLAN_UDP_ZERO_CSUM6_RX: u8(20),
});

export type VxlanValues = ValuesOf<typeof vxlan>;
