import { NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import { type Request, request } from "../../netlink/message.ts";
import { IFF_UP, RTM_NEWLINK } from "../constants.ts";
import { IPVLAN_FLAGS, IPVLAN_MODES } from "./kinds/ipvlan.ts";
import { MACVLAN_MODES } from "./kinds/macvlan.ts";
import { type LinkMessage, linkMessage } from "./link-message.ts";
import type { LinkSpec, VxlanSpec } from "./link-spec.ts";
import { VethRequest, type VethSpec } from "./veth-request.ts";

const ETH_P_8021Q = 0x8100;

/** Makes a link. EEXIST when there is one of that name. */
export function createLink(spec: LinkSpec): Request {
  if (spec.kind === "veth") return new VethRequest(spec);
  const up = spec.up === true ? IFF_UP : 0;
  const message: LinkMessage = {
    family: 0,
    index: spec.index ?? 0,
    flags: up,
    change: up,
    attributes: {
      IFLA_IFNAME: spec.name,
      IFLA_ADDRESS: spec.mac,
      IFLA_MTU: spec.mtu,
      IFLA_LINK: spec.parentIndex,
      IFLA_MASTER: spec.masterIndex,
      IFLA_GROUP: spec.group,
      IFLA_NET_NS_FD: spec.namespaceFd,
      IFLA_LINKINFO: { IFLA_INFO_KIND: spec.kind, IFLA_INFO_DATA: kindData(spec) },
    },
  };
  return request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, linkMessage, message, `create ${spec.kind} ${spec.name}`);
}

type PlainSpec = Exclude<LinkSpec, VethSpec>;

function kindData(spec: PlainSpec): { readonly of: string; readonly value: object } | undefined {
  const value = kindValues(spec);
  return value === undefined ? undefined : { of: spec.kind, value };
}

function kindValues(spec: PlainSpec): object | undefined {
  switch (spec.kind) {
    case "bridge":
      return spec.bridge;
    case "vxlan":
      return vxlanValues(spec.vxlan);
    case "macvlan":
      return { IFLA_MACVLAN_MODE: MACVLAN_MODES[spec.mode] };
    case "ipvlan":
      return {
        IFLA_IPVLAN_MODE: IPVLAN_MODES[spec.mode],
        ...(spec.flag === undefined ? {} : { IFLA_IPVLAN_FLAGS: IPVLAN_FLAGS[spec.flag] }),
      };
    case "vlan":
      return { IFLA_VLAN_PROTOCOL: ETH_P_8021Q, IFLA_VLAN_ID: spec.vlanId };
    case "dummy":
      return undefined;
  }
}

function vxlanValues({ vni, local, port, learning, proxy, l2miss, l3miss }: VxlanSpec): object {
  const bit = (value: boolean): number => (value ? 1 : 0);
  return {
    IFLA_VXLAN_ID: vni,
    ...(local === undefined ? {} : { [local.includes(":") ? "IFLA_VXLAN_LOCAL6" : "IFLA_VXLAN_LOCAL"]: local }),
    IFLA_VXLAN_LEARNING: bit(learning),
    IFLA_VXLAN_PROXY: bit(proxy),
    ...(l2miss === undefined ? {} : { IFLA_VXLAN_L2MISS: bit(l2miss) }),
    ...(l3miss === undefined ? {} : { IFLA_VXLAN_L3MISS: bit(l3miss) }),
    IFLA_VXLAN_PORT: port,
  };
}
