import { attributes, u16, type ValuesOf } from "../../../netlink/attributes.ts";

/** IPVLAN_MODE_*. */
export const IPVLAN_MODES = { l2: 0, l3: 1, l3s: 2 } as const;
/** IPVLAN_F_*; bridge is the absence of both. */
export const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const;

/** IFLA_IPVLAN_*. */
export const ipvlan = attributes({
  IFLA_IPVLAN_MODE: u16(1),
  IFLA_IPVLAN_FLAGS: u16(2),
});

export type IpvlanValues = ValuesOf<typeof ipvlan>;
