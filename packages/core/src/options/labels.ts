/** Docker's names for options that core itself understands. */
export const ENABLE_IPV4 = "com.docker.network.enable_ipv4";
export const ENABLE_IPV6 = "com.docker.network.enable_ipv6";
export const ENDPOINT_MAC = "com.docker.network.endpoint.macaddress";
export const ENDPOINT_INTERFACE = "com.docker.network.endpoint.ifname";
export const ENDPOINT_SYSCTLS = "com.docker.network.endpoint.sysctls";
export const ANNOUNCE_COUNT = "com.docker.network.advertise_addr_nmsgs";
export const ANNOUNCE_INTERVAL = "com.docker.network.advertise_addr_ms";

/** IPAM: an address is asked for as a gateway. */
export const REQUEST_ADDRESS_TYPE = "RequestAddressType";
export const GATEWAY = "com.docker.network.gateway";
