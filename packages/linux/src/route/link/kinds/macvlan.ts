import { attributes, u16, u32, type ValuesOf } from "../../../netlink/attributes.ts";

/** MACVLAN_MODE_*, by the names that `ip link` uses. */
export const MACVLAN_MODES = { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 } as const;

export type MacvlanMode = keyof typeof MACVLAN_MODES;

const MODE_NAMES: readonly MacvlanMode[] = ["private", "vepa", "bridge", "passthru", "source"];

export const macvlanModeOf = (value: unknown): MacvlanMode | undefined =>
  MODE_NAMES.find((name) => MACVLAN_MODES[name] === value);

export const isMacvlanMode = (mode: string): mode is MacvlanMode => mode in MACVLAN_MODES;

/** IFLA_MACVLAN_*. */
export const macvlan = attributes({
  IFLA_MACVLAN_MODE: u32(1),
  IFLA_MACVLAN_FLAGS: u16(2),
});

export type MacvlanValues = ValuesOf<typeof macvlan>;
