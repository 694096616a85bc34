/** Docker's labels for the options of networks and their endpoints. */
export const BRIDGE_NAME = "com.docker.network.bridge.name";
export const ENABLE_IP_MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
export const ENABLE_ICC = "com.docker.network.bridge.enable_icc";
export const HOST_BINDING_IPV4 = "com.docker.network.bridge.host_binding_ipv4";
export const GATEWAY_MODE_IPV4 = "com.docker.network.bridge.gateway_mode_ipv4";
export const GATEWAY_MODE_IPV6 = "com.docker.network.bridge.gateway_mode_ipv6";
export const INHIBIT_IPV4 = "com.docker.network.bridge.inhibit_ipv4";
export const TRUSTED_HOST_INTERFACES = "com.docker.network.bridge.trusted_host_interfaces";
export const DEFAULT_BRIDGE = "com.docker.network.bridge.default_bridge";
/** Ours. */
export const SEGMENT_SIZE = "cnm.network.bridge.segment_size";
export const MTU = "com.docker.network.driver.mtu";
export const CONTAINER_IFACE_PREFIX = "com.docker.network.container_iface_prefix";
export const HOST_IPV4 = "com.docker.network.host_ipv4";
export const HOST_IPV6 = "com.docker.network.host_ipv6";
export const ENABLE_IPV4 = "com.docker.network.enable_ipv4";
export const ENABLE_IPV6 = "com.docker.network.enable_ipv6";

export const PARENT = "parent";
export const MACVLAN_MODE = "macvlan_mode";
export const IPVLAN_MODE = "ipvlan_mode";
export const IPVLAN_FLAG = "ipvlan_flag";
/** Ours. */
export const HOST_ACCESS = "host_access";

export const ENDPOINT_SYSCTLS = "com.docker.network.endpoint.sysctls";
export const ENDPOINT_IFNAME = "com.docker.network.endpoint.ifname";
export const ENDPOINT_MAC = "com.docker.network.endpoint.macaddress";
export const ADVERTISE_COUNT = "com.docker.network.advertise_addr_nmsgs";
export const ADVERTISE_INTERVAL = "com.docker.network.advertise_addr_ms";
