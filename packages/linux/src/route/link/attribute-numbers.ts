/** linux/if_link.h, linux/veth.h: the numbers that `link-message.ts` declares, for what is written by hand. */
export const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_MASTER = 10;
export const IFLA_LINKINFO = 18;
export const IFLA_IFALIAS = 20;
export const IFLA_AF_SPEC = 26;
export const IFLA_GROUP = 27;
export const IFLA_NET_NS_FD = 28;

/** In IFLA_LINKINFO. */
export const IFLA_INFO_KIND = 1;
export const IFLA_INFO_DATA = 2;
export const IFLA_INFO_SLAVE_KIND = 4;
export const IFLA_INFO_SLAVE_DATA = 5;

/** In IFLA_INFO_DATA of a veth. */
export const VETH_INFO_PEER = 1;

/** In IFLA_INFO_SLAVE_DATA of a bridge's port. */
export const IFLA_BRPORT_MODE = 4;
export const IFLA_BRPORT_MULTICAST_ROUTER = 25;
export const IFLA_BRPORT_ISOLATED = 33;

/** In IFLA_AF_SPEC, by address family; and in what is there of IPv6. */
export const IFLA_INET6_ADDR_GEN_MODE = 8;
