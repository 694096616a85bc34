import type { Feature } from "@cnm/core";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { createLink } from "../route/link/create-link.ts";
import { isUnknownKind, kindNeeds, type LinkKind } from "../route/link/kind-support.ts";
import type { LinkSpec } from "../route/link/link-spec.ts";
import { feature } from "./feature.ts";

/** Too large a number to be taken in a namespace where there is nothing. */
const PARENT = 1_000;
const ANOTHER = 1_001;
const on = { parentIndex: PARENT };

/** One of each; the veth is the parent of those that need one. */
const SPECS: Readonly<Record<LinkKind, LinkSpec>> = {
  veth: { kind: "veth", name: "veth", index: PARENT, peer: { name: "peer" } },
  bridge: { kind: "bridge", name: "bridge" },
  vxlan: {
    kind: "vxlan",
    name: "vxlan",
    vxlan: { vni: 1, local: "127.0.0.1", port: 4789, learning: false, proxy: false },
  },
  macvlan: { kind: "macvlan", name: "macvlan", mode: "bridge", ...on },
  ipvlan: { kind: "ipvlan", name: "ipvlan", mode: "l2", ...on },
  vlan: { kind: "vlan", name: "vlan", vlanId: 1, ...on },
  dummy: { kind: "dummy", name: "dummy" },
};

/** ipvlan's third mode is a choice of its own when a kernel is built. A parent has one mode, so this has its own. */
const L3S: readonly LinkSpec[] = [
  { kind: "veth", name: "veth1", index: ANOTHER, peer: { name: "peer1" } },
  { kind: "ipvlan", name: "ipvlan1", mode: "l3s", parentIndex: ANOTHER },
];

/**
 * Makes a link of each kind, in one go; for a namespace that is thrown away. A kernel that does not know a kind says so before
 * it looks at anything else: any other refusal is one of a kernel that has it.
 */
export async function probeLinks(socket: NetlinkSocket): Promise<Readonly<Record<LinkKind | "ipvlanL3s", Feature>>> {
  const outcomes = await socket.execute([...Object.values(SPECS), ...L3S].map(createLink));
  const answers = Object.keys(SPECS).map((kind, at) => [kind, !isUnknownKind(outcomes[at])] as const);
  const known = new Map<string, boolean>(answers);
  const tell = (kind: LinkKind): Feature => feature(known.get(kind) === true, kindNeeds(kind));
  return {
    veth: tell("veth"),
    bridge: tell("bridge"),
    vxlan: tell("vxlan"),
    macvlan: tell("macvlan"),
    ipvlan: tell("ipvlan"),
    ipvlanL3s: feature(outcomes.at(-1) === undefined, "needs CONFIG_IPVLAN_L3S (kernel module ipvlan)"),
    vlan: tell("vlan"),
    dummy: tell("dummy"),
  };
}
