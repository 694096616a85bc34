import type { BridgeValues } from "./kinds/bridge.ts";
import type { IpvlanFlag, IpvlanMode } from "./kinds/ipvlan.ts";
import type { MacvlanMode } from "./kinds/macvlan.ts";

/** A link to be made. Indexes are of the namespace in which the request is sent; `namespaceFd` puts the link elsewhere. */
export type LinkSpec = LinkBase &
  (
    | { readonly kind: "bridge"; readonly bridge?: BridgeValues }
    | { readonly kind: "veth"; readonly peer: VethPeerSpec }
    | { readonly kind: "vxlan"; readonly vxlan: VxlanSpec }
    | { readonly kind: "macvlan"; readonly mode: MacvlanMode }
    | { readonly kind: "ipvlan"; readonly mode: IpvlanMode; readonly flag?: IpvlanFlag }
    | { readonly kind: "vlan"; readonly vlanId: number }
    | { readonly kind: "dummy" }
  );

export interface LinkBase {
  readonly name: string;
  readonly mac?: string | undefined;
  readonly mtu?: number | undefined;
  /** The parent: of macvlan, ipvlan, vlan. */
  readonly parentIndex?: number | undefined;
  /** The bridge to be a port of. */
  readonly masterIndex?: number | undefined;
  readonly namespaceFd?: number | undefined;
  /** The kernel chooses one unless said. EBUSY when another link has it. */
  readonly index?: number | undefined;
  readonly up?: boolean | undefined;
  readonly group?: number | undefined;
}

/** The other end of a veth. It cannot be up from the start: the kernel refuses that (ENOTCONN). */
export interface VethPeerSpec {
  readonly name: string;
  readonly mac?: string | undefined;
  readonly mtu?: number | undefined;
  readonly namespaceFd?: number | undefined;
  /** Only heeded when the link itself is given one too. */
  readonly index?: number | undefined;
}

export interface VxlanSpec {
  readonly vni: number;
  readonly local?: string;
  readonly port: number;
  readonly learning: boolean;
  readonly proxy: boolean;
  readonly l2miss?: boolean;
  readonly l3miss?: boolean;
}
