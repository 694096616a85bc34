import type { Protocol, Resource } from "@cnm/core";
import type { PortFlags } from "../route/link/kinds/bridge-port.ts";
import type { IpvlanFlag, IpvlanMode } from "../route/link/kinds/ipvlan.ts";
import type { MacvlanMode } from "../route/link/kinds/macvlan.ts";

/**
 * The host objects that Linux plans are made of. `netns` is the path of a namespace; absent, the object is in the host's.
 * Kernel spellings are kept in values ("bridge", "veth"); addresses and prefixes are canonical texts.
 */
export type LinuxResource =
  | NetnsResource
  | LinkResource
  | ParentResource
  | AddressResource
  | RouteResource
  | SysctlResource
  | NftTableResource
  | NftElementResource
  | IptablesChainsResource
  | IptablesRuleResource
  | PortResource
  | ForwarderResource
  | FlowsResource
  | NftServiceResource
  | IpvsServiceResource;

export type LinuxResourceKind = LinuxResource["kind"];

/** A namespace of our own, pinned at `path`; loopback is up in it. */
export interface NetnsResource extends Resource {
  readonly kind: "netns";
  readonly path: string;
}

export interface LinkResource extends Resource {
  readonly kind: "link";
  readonly netns?: string;
  readonly name: string;
  readonly type: "bridge" | "veth" | "dummy" | "vlan" | "macvlan" | "ipvlan";
  readonly up: boolean;
  readonly mtu?: number;
  readonly mac?: string;
  /** Name of the bridge that this is a port of, in the same namespace. */
  readonly master?: string;
  readonly port?: PortFlags;
  /** It becomes a port last, and nobody hears what the kernel tells of the other end's new IPv6 addresses. */
  readonly quiet?: boolean;
  /** Whether IPv6, where the host has it, makes an address of its own on it. */
  readonly linkLocal?: boolean;
  /** The other end of a veth pair, made directly in its namespace; it is no link of its own. */
  readonly peer?: Pick<LinkResource, "name" | "mac" | "mtu" | "up" | "master" | "port" | "linkLocal"> & {
    readonly netns: string;
  };
  /** The link of the host that a VLAN, macvlan or ipvlan stands on; it goes when that goes. */
  readonly parent?: string;
  /** Of a VLAN. */
  readonly vlanId?: number;
  /** Of a macvlan or an ipvlan. All ipvlans of a parent have the same, and the same flag. */
  readonly mode?: MacvlanMode | IpvlanMode;
  readonly flag?: IpvlanFlag;
  /**
   * A link of this name and type (in a VLAN's stead: of any) that is there already is used as it is, and never deleted.
   * There is none: it is made.
   */
  readonly adopt?: boolean;
}

/** A link of the host, made by others, that links of ours stand on. It is never made, altered or removed. */
export interface ParentResource extends Resource {
  readonly kind: "parent";
  readonly name: string;
}

export interface AddressResource extends Resource {
  readonly kind: "address";
  readonly netns?: string;
  readonly link: string;
  /** "10.7.0.2/24" */
  readonly address: string;
  /** Tell neighbours of it when it is added: gratuitous ARP, unsolicited neighbour advertisement. */
  readonly announce?: { readonly count: number; readonly intervalMs: number };
}

/** Marked with our own route protocol number. */
export interface RouteResource extends Resource {
  readonly kind: "route";
  readonly netns?: string;
  /** "0.0.0.0/0", "::/0", "10.9.0.0/16" */
  readonly destination: string;
  readonly gateway?: string;
  readonly link: string;
  readonly metric?: number;
  /** The address of the host that packets by it are from, if they are from none yet. */
  readonly source?: string;
}

export interface SysctlResource extends Resource {
  readonly kind: "sysctl";
  readonly netns?: string;
  /** "net/ipv4/ip_forward": slashes, for interface names may have dots. */
  readonly name: string;
  readonly value: string;
  /** What was there before, put back on removal if the value is still ours. */
  readonly restore?: string;
  /** The file may be absent (IPv6 off, an interface that goes): then there is nothing to do. */
  readonly optional?: boolean;
}

/** The whole fixed skeleton of `table inet cnm`: sets, maps, chains, rules. What varies are elements. */
export interface NftTableResource extends Resource {
  readonly kind: "nft-table";
  readonly table: string;
  /** Digest of the skeleton; another one in the kernel means that it has to be made anew. */
  readonly digest: string;
}

export interface NftElementResource extends Resource {
  readonly kind: "nft-element";
  readonly table: string;
  readonly set: string;
  /** The fields of the key as text, in the order of the set's type: ["10.7.0.2", "tcp", "80"]. */
  readonly fields: readonly string[];
  /** What a map maps it to: ["10.7.0.2", "80"]. */
  readonly data?: readonly string[];
}

/** Our own chains with their fixed rules, and the jumps to them, in one family's tables. What varies are rules. */
export interface IptablesChainsResource extends Resource {
  readonly kind: "iptables-chains";
  readonly family: 4 | 6;
  /** Digest of the skeleton; another one in the kernel means that it has to be made anew. */
  readonly digest: string;
}

export interface IptablesRuleResource extends Resource {
  readonly kind: "iptables-rule";
  readonly family: 4 | 6;
  readonly table: "filter" | "nat" | "mangle";
  readonly chain: string;
  /** Everything after `-A CHAIN`, in the order in which iptables-save prints it, without the owner's comment. */
  readonly rule: readonly string[];
}

/** A host port kept away from other processes by a bound socket of this process. */
export interface PortResource extends Resource {
  readonly kind: "port";
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

/** Carries connections in a process, where the kernel cannot: from ::1, and from IPv6 to IPv4-only sandboxes. */
export interface ForwarderResource extends Resource {
  readonly kind: "forwarder";
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly target: string;
  readonly targetPort: number;
}

/** The connection tracking entries of a published port: stale ones go whenever the mapping comes or goes. */
export interface FlowsResource extends Resource {
  readonly kind: "flows";
  readonly protocol: Protocol;
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly target: string;
  readonly targetPort: number;
}

/** Where a service's connections lead: an address of a task, and the port where it listens. */
export interface ServiceSlot {
  readonly address: string;
  readonly port: number;
}

/**
 * One port of a virtual IP, balanced by nf_tables where connections start: each new one takes the next slot, or the one that
 * the hash of the client's address tells. A task of more weight has more slots. No slots: connections are refused.
 */
export interface NftServiceResource extends Resource {
  readonly kind: "nft-service";
  readonly netns?: string;
  /** "10.7.0.5"; on the host also "0.0.0.0" and "::" for any of its addresses. */
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly choose: "turn" | "hash";
  readonly slots: readonly ServiceSlot[];
}

/** The same, balanced by IPVS. */
export interface IpvsServiceResource extends Resource {
  readonly kind: "ipvs-service";
  readonly netns?: string;
  readonly address: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** "rr", "wlc"… */
  readonly scheduler: string;
  /** Seconds for which a client keeps its task; 0: each connection is by itself. */
  readonly persistence: number;
  /** Seconds. IPVS has them for a whole namespace: there they are at least so long. */
  readonly timeouts: { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
  /** By address and port. Weight 0: no new connections. */
  readonly destinations: readonly (ServiceSlot & { readonly weight: number })[];
}
