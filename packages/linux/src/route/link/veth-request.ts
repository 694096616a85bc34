import type { ByteWriter } from "../../netlink/byte-writer.ts";
import { NLM_F_CREATE, NLM_F_EXCL } from "../../netlink/constants.ts";
import type { Request } from "../../netlink/message.ts";
import { IFF_UP, RTM_NEWLINK } from "../constants.ts";
import { writeMac } from "../ip-bytes.ts";
import {
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_DATA,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MASTER,
  IFLA_MTU,
  IFLA_NET_NS_FD,
  VETH_INFO_PEER,
} from "./attribute-numbers.ts";
import type { LinkSpec, VethPeerSpec } from "./link-spec.ts";
import { writeLinkHeader } from "./write-link.ts";

export type VethSpec = Extract<LinkSpec, { readonly kind: "veth" }>;

/** Makes a pair. Written by hand, as elements of sets are: each join sends one, mostly before anything is compiled. */
export class VethRequest implements Request {
  readonly type = RTM_NEWLINK;
  readonly flags = NLM_F_CREATE | NLM_F_EXCL;
  readonly #spec: VethSpec;

  constructor(spec: VethSpec) {
    this.#spec = spec;
  }

  get what(): string {
    return `create veth ${this.#spec.name}`;
  }

  write(out: ByteWriter): void {
    const spec = this.#spec;
    const up = spec.up === true ? IFF_UP : 0;
    writeLinkHeader(out, spec.index ?? 0, up, up);
    writeEnd(out, spec);
    if (spec.masterIndex !== undefined) out.u32Attribute(IFLA_MASTER, spec.masterIndex);
    const info = out.begin(IFLA_LINKINFO);
    out.textAttribute(IFLA_INFO_KIND, "veth");
    const data = out.begin(IFLA_INFO_DATA);
    const peer = out.begin(VETH_INFO_PEER);
    writeLinkHeader(out, spec.peer.index ?? 0, 0, 0);
    writeEnd(out, spec.peer);
    out.end(peer);
    out.end(data);
    out.end(info);
  }
}

/** What both ends are told. */
function writeEnd(out: ByteWriter, { name, mac, mtu, namespaceFd }: VethPeerSpec): void {
  out.textAttribute(IFLA_IFNAME, name);
  if (mac !== undefined) {
    const address = out.begin(IFLA_ADDRESS);
    writeMac(out, mac);
    out.end(address);
  }
  if (mtu !== undefined) out.u32Attribute(IFLA_MTU, mtu);
  if (namespaceFd !== undefined) out.u32Attribute(IFLA_NET_NS_FD, namespaceFd);
}
