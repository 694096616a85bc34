import { IFF_UP, IN6_ADDR_GEN_MODE_NONE, MDB_RTR_TYPE_PERM } from "../constants.ts";
import type { PortFlags } from "./kinds/bridge-port.ts";
import type { LinkMessage } from "./link-message.ts";
import type { LinkStatistics } from "./statistics.ts";

/** A link as the kernel has it. */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** "veth", "bridge"…; "" for hardware and loopback. */
  readonly kind: string;
  /** ARPHRD_*: 1 Ethernet, 772 loopback. */
  readonly type: number;
  readonly up: boolean;
  readonly flags: number;
  readonly mtu: number;
  readonly mac: string;
  readonly alias: string;
  readonly masterIndex?: number;
  /** 0 unless somebody put it in one. */
  readonly group: number;
  /** A veth's other end, a parent: its index in namespace `linkNamespaceId` (absent: this one). */
  readonly linkIndex?: number;
  readonly linkNamespaceId?: number;
  readonly port?: PortFlags;
  /** Whether IPv6 makes a link-local address on it; absent: there is no IPv6. */
  readonly linkLocal?: boolean;
  /** What a card is plugged into: "pci", "virtio"… */
  readonly bus?: string;
  /** What the kind itself is set to, by the kernel's names. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly statistics?: LinkStatistics;
}

export function linkFromMessage({ index, type, flags, attributes }: LinkMessage): Link {
  const info = attributes.IFLA_LINKINFO;
  return {
    index,
    name: attributes.IFLA_IFNAME ?? "",
    kind: info?.IFLA_INFO_KIND ?? "",
    type: type ?? 0,
    up: (flags & IFF_UP) !== 0,
    flags,
    mtu: attributes.IFLA_MTU ?? 0,
    mac: attributes.IFLA_ADDRESS ?? "",
    alias: attributes.IFLA_IFALIAS ?? "",
    group: attributes.IFLA_GROUP ?? 0,
    ...(attributes.IFLA_MASTER === undefined ? {} : { masterIndex: attributes.IFLA_MASTER }),
    ...(attributes.IFLA_LINK === undefined ? {} : { linkIndex: attributes.IFLA_LINK }),
    ...(attributes.IFLA_LINK_NETNSID === undefined ? {} : { linkNamespaceId: attributes.IFLA_LINK_NETNSID }),
    ...(attributes.IFLA_PARENT_DEV_BUS_NAME === undefined ? {} : { bus: attributes.IFLA_PARENT_DEV_BUS_NAME }),
    ...portOf(info?.IFLA_INFO_SLAVE_DATA),
    ...linkLocalOf(attributes.IFLA_AF_SPEC?.AF_INET6?.IFLA_INET6_ADDR_GEN_MODE),
    data: known(info?.IFLA_INFO_DATA),
    ...(attributes.IFLA_STATS64 === undefined ? {} : { statistics: attributes.IFLA_STATS64 }),
  };
}

type Dependent = { readonly of: unknown; readonly value: object } | undefined;

function known(data: Dependent): Readonly<Record<string, unknown>> {
  return data === undefined || data.of === undefined ? {} : { ...data.value };
}

function portOf(data: Dependent): { readonly port?: PortFlags } {
  if (data?.of !== "bridge") return {};
  const { IFLA_BRPORT_MODE, IFLA_BRPORT_ISOLATED, IFLA_BRPORT_MULTICAST_ROUTER: router } = known(data);
  return {
    port: {
      hairpin: IFLA_BRPORT_MODE === 1,
      isolated: IFLA_BRPORT_ISOLATED === 1,
      ...(router === undefined ? {} : { router: router === MDB_RTR_TYPE_PERM }),
    },
  };
}

const linkLocalOf = (mode: number | undefined): { readonly linkLocal?: boolean } =>
  mode === undefined ? {} : { linkLocal: mode !== IN6_ADDR_GEN_MODE_NONE };
