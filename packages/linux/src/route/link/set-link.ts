import type { ByteWriter } from "../../netlink/byte-writer.ts";
import { AF_INET6 } from "../../netlink/constants.ts";
import type { Request } from "../../netlink/message.ts";
import {
  IFF_UP,
  IN6_ADDR_GEN_MODE_EUI64,
  IN6_ADDR_GEN_MODE_NONE,
  MDB_RTR_TYPE_PERM,
  MDB_RTR_TYPE_TEMP_QUERY,
  RTM_NEWLINK,
} from "../constants.ts";
import { writeMac } from "../ip-bytes.ts";
import {
  IFLA_ADDRESS,
  IFLA_AF_SPEC,
  IFLA_BRPORT_ISOLATED,
  IFLA_BRPORT_MODE,
  IFLA_BRPORT_MULTICAST_ROUTER,
  IFLA_GROUP,
  IFLA_IFALIAS,
  IFLA_IFNAME,
  IFLA_INET6_ADDR_GEN_MODE,
  IFLA_INFO_SLAVE_DATA,
  IFLA_INFO_SLAVE_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
} from "./attribute-numbers.ts";
import type { PortFlags } from "./kinds/bridge-port.ts";
import { IPVLAN_FLAGS, IPVLAN_MODES, type IpvlanFlag, type IpvlanMode } from "./kinds/ipvlan.ts";
import { MACVLAN_MODES, type MacvlanMode } from "./kinds/macvlan.ts";
import { linkAttributes } from "./link-message.ts";
import { writeLinkHeader } from "./write-link.ts";

export interface LinkChange {
  readonly up?: boolean | undefined;
  readonly mtu?: number | undefined;
  readonly mac?: string | undefined;
  readonly alias?: string | undefined;
  /** 0 = of no bridge any more. */
  readonly masterIndex?: number | undefined;
  readonly group?: number | undefined;
  /** Whether IPv6 makes a link-local address. EAFNOSUPPORT where there is no IPv6, and then nothing of the change is done. */
  readonly linkLocal?: boolean | undefined;
  /** Another mode of a macvlan; of an ipvlan, of all on the same parent. */
  readonly macvlan?: MacvlanMode | undefined;
  readonly ipvlan?: { readonly mode: IpvlanMode; readonly flag: IpvlanFlag } | undefined;
  /** Flags of a bridge port; only for a link that is one already. */
  readonly port?: PortFlags | undefined;
}

/**
 * Changes a link by name, all in one request. The kernel applies port flags before the rest of the request: so making a link
 * a port and setting flags of the port takes two.
 */
export const setLink = (name: string, change: LinkChange): Request => new LinkChangeRequest(undefined, name, change);

/** The same by number: whatever bears the link's name meanwhile. `name` is for errors. */
export const setLinkAt = (index: number, name: string, change: LinkChange): Request =>
  new LinkChangeRequest(index, name, change);

/** Written by hand, as elements of sets are: each join sends three. */
class LinkChangeRequest implements Request {
  readonly type = RTM_NEWLINK;
  readonly flags = 0;
  readonly #index: number | undefined;
  readonly #name: string;
  readonly #change: LinkChange;

  constructor(index: number | undefined, name: string, change: LinkChange) {
    this.#index = index;
    this.#name = name;
    this.#change = change;
  }

  get what(): string {
    return `change link ${this.#name}`;
  }

  write(out: ByteWriter): void {
    const { up, mac, mtu, masterIndex, group, alias, port, macvlan, ipvlan, linkLocal } = this.#change;
    writeLinkHeader(out, this.#index ?? 0, up === true ? IFF_UP : 0, up === undefined ? 0 : IFF_UP);
    // Together with a number it would be a new name.
    if (this.#index === undefined) out.textAttribute(IFLA_IFNAME, this.#name);
    if (mac !== undefined) {
      const address = out.begin(IFLA_ADDRESS);
      writeMac(out, mac);
      out.end(address);
    }
    if (mtu !== undefined) out.u32Attribute(IFLA_MTU, mtu);
    if (masterIndex !== undefined) out.u32Attribute(IFLA_MASTER, masterIndex);
    if (group !== undefined) out.u32Attribute(IFLA_GROUP, group);
    if (alias !== undefined) out.textAttribute(IFLA_IFALIAS, alias);
    if (port !== undefined) writePort(out, port);
    if (macvlan !== undefined) writeMode(out, "macvlan", { IFLA_MACVLAN_MODE: MACVLAN_MODES[macvlan] });
    if (ipvlan !== undefined) {
      const { mode, flag } = ipvlan;
      writeMode(out, "ipvlan", { IFLA_IPVLAN_MODE: IPVLAN_MODES[mode], IFLA_IPVLAN_FLAGS: IPVLAN_FLAGS[flag] });
    }
    if (linkLocal !== undefined) writeAddressGeneration(out, linkLocal);
  }
}

function writePort(out: ByteWriter, { hairpin, isolated, router }: PortFlags): void {
  const info = out.begin(IFLA_LINKINFO);
  out.textAttribute(IFLA_INFO_SLAVE_KIND, "bridge");
  const data = out.begin(IFLA_INFO_SLAVE_DATA);
  out.u8Attribute(IFLA_BRPORT_MODE, hairpin ? 1 : 0);
  out.u8Attribute(IFLA_BRPORT_ISOLATED, isolated ? 1 : 0);
  if (router !== undefined) {
    out.u8Attribute(IFLA_BRPORT_MULTICAST_ROUTER, router ? MDB_RTR_TYPE_PERM : MDB_RTR_TYPE_TEMP_QUERY);
  }
  out.end(data);
  out.end(info);
}

/** Seldom enough for the declared tables. */
function writeMode(out: ByteWriter, kind: string, value: object): void {
  linkAttributes.write(out, { IFLA_LINKINFO: { IFLA_INFO_KIND: kind, IFLA_INFO_DATA: { of: kind, value } } });
}

function writeAddressGeneration(out: ByteWriter, linkLocal: boolean): void {
  const families = out.begin(IFLA_AF_SPEC);
  const six = out.begin(AF_INET6);
  out.u8Attribute(IFLA_INET6_ADDR_GEN_MODE, linkLocal ? IN6_ADDR_GEN_MODE_EUI64 : IN6_ADDR_GEN_MODE_NONE);
  out.end(six);
  out.end(families);
}
