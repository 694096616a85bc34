import type { Outcome } from "../../netlink/netlink-error.ts";
import type { LinkSpec } from "./link-spec.ts";

const EOPNOTSUPP = 95;

export type LinkKind = LinkSpec["kind"];

/** What a kernel is built with that knows the kind. */
const NEEDS: Readonly<Record<LinkKind, readonly [config: string, module: string]>> = {
  veth: ["CONFIG_VETH", "veth"],
  bridge: ["CONFIG_BRIDGE", "bridge"],
  vxlan: ["CONFIG_VXLAN", "vxlan"],
  macvlan: ["CONFIG_MACVLAN", "macvlan"],
  ipvlan: ["CONFIG_IPVLAN", "ipvlan"],
  vlan: ["CONFIG_VLAN_8021Q", "8021q"],
  dummy: ["CONFIG_DUMMY", "dummy"],
};

/** "needs CONFIG_VXLAN (kernel module vxlan)" */
export function kindNeeds(kind: LinkKind): string {
  const [config, module] = NEEDS[kind];
  return `needs ${config} (kernel module ${module})`;
}

/** Whether the outcome of making a link says that the kernel knows no such kind, nor finds a module for it. */
export const isUnknownKind = (outcome: Outcome): boolean => outcome?.errno === EOPNOTSUPP;
