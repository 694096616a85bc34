import { type Request, request } from "../../netlink/message.ts";
import { IFF_UP, RTM_NEWLINK } from "../constants.ts";
import { IPVLAN_FLAGS, IPVLAN_MODES, type IpvlanFlag, type IpvlanMode } from "./kinds/ipvlan.ts";
import { MACVLAN_MODES, type MacvlanMode } from "./kinds/macvlan.ts";
import { type LinkMessage, linkMessage } from "./link-message.ts";

export interface LinkChange {
  readonly up?: boolean | undefined;
  readonly mtu?: number | undefined;
  readonly mac?: string | undefined;
  readonly alias?: string | undefined;
  /** 0 = of no bridge any more. */
  readonly masterIndex?: number | undefined;
  readonly group?: number | undefined;
  /** Another mode of a macvlan; of an ipvlan, of all on the same parent. */
  readonly macvlan?: MacvlanMode | undefined;
  readonly ipvlan?: { readonly mode: IpvlanMode; readonly flag: IpvlanFlag } | undefined;
  /** Flags of a bridge port; only for a link that is one already. */
  readonly port?: { readonly hairpin: boolean; readonly isolated: boolean } | undefined;
}

/**
 * Changes a link by name, all in one request. The kernel applies port flags before the rest of the request: so making a link
 * a port and setting flags of the port takes two.
 */
export const setLink = (name: string, change: LinkChange): Request => changeOf({ name }, change);

/** The same by number: whatever bears the link's name meanwhile. `name` is for errors. */
export const setLinkAt = (index: number, name: string, change: LinkChange): Request =>
  changeOf({ index, name }, change);

function changeOf({ index, name }: { readonly index?: number; readonly name: string }, change: LinkChange): Request {
  const message: LinkMessage = {
    family: 0,
    index: index ?? 0,
    flags: change.up === true ? IFF_UP : 0,
    change: change.up === undefined ? 0 : IFF_UP,
    attributes: {
      // Together with a number it would be a new name.
      IFLA_IFNAME: index === undefined ? name : undefined,
      IFLA_ADDRESS: change.mac,
      IFLA_MTU: change.mtu,
      IFLA_MASTER: change.masterIndex,
      IFLA_GROUP: change.group,
      IFLA_IFALIAS: change.alias,
      IFLA_LINKINFO: linkInfo(change),
    },
  };
  return request(RTM_NEWLINK, 0, linkMessage, message, `change link ${name}`);
}

function linkInfo({ port, macvlan, ipvlan }: LinkChange) {
  if (port !== undefined) return portFlags(port);
  if (macvlan !== undefined) return kindInfo("macvlan", { IFLA_MACVLAN_MODE: MACVLAN_MODES[macvlan] });
  if (ipvlan === undefined) return undefined;
  const { mode, flag } = ipvlan;
  return kindInfo("ipvlan", { IFLA_IPVLAN_MODE: IPVLAN_MODES[mode], IFLA_IPVLAN_FLAGS: IPVLAN_FLAGS[flag] });
}

const kindInfo = (kind: string, value: object) => ({ IFLA_INFO_KIND: kind, IFLA_INFO_DATA: { of: kind, value } });

function portFlags({ hairpin, isolated }: NonNullable<LinkChange["port"]>) {
  const value = { IFLA_BRPORT_MODE: hairpin ? 1 : 0, IFLA_BRPORT_ISOLATED: isolated ? 1 : 0 };
  return { IFLA_INFO_SLAVE_KIND: "bridge", IFLA_INFO_SLAVE_DATA: { of: "bridge", value } };
}
