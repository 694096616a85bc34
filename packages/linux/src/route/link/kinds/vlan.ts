import { attributes, be16, u16, type ValuesOf } from "../../../netlink/attributes.ts";

/** IFLA_VLAN_*. The protocol is the EtherType, 0x8100 for 802.1Q. */
export const vlan = attributes({
  IFLA_VLAN_ID: u16(1),
  IFLA_VLAN_PROTOCOL: be16(5),
});

export type VlanValues = ValuesOf<typeof vlan>;
