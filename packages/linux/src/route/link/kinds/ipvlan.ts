import { attributes, u16, type ValuesOf } from "../../../netlink/attributes.ts";

/** IPVLAN_MODE_*. */
export const IPVLAN_MODES = { l2: 0, l3: 1, l3s: 2 } as const;
/** IPVLAN_F_*; bridge is the absence of both. */
export const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 } as const;

export type IpvlanMode = keyof typeof IPVLAN_MODES;
export type IpvlanFlag = keyof typeof IPVLAN_FLAGS;

const MODE_NAMES: readonly IpvlanMode[] = ["l2", "l3", "l3s"];
const FLAG_NAMES: readonly IpvlanFlag[] = ["bridge", "private", "vepa"];

export const ipvlanModeOf = (value: unknown): IpvlanMode | undefined =>
  MODE_NAMES.find((name) => IPVLAN_MODES[name] === value);
export const ipvlanFlagOf = (value: unknown): IpvlanFlag | undefined =>
  FLAG_NAMES.find((name) => IPVLAN_FLAGS[name] === value);

export const isIpvlanMode = (mode: string): mode is IpvlanMode => mode in IPVLAN_MODES;

/** IFLA_IPVLAN_*. */
export const ipvlan = attributes({
  IFLA_IPVLAN_MODE: u16(1),
  IFLA_IPVLAN_FLAGS: u16(2),
});

export type IpvlanValues = ValuesOf<typeof ipvlan>;
