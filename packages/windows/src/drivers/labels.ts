/** Docker's labels for the options of Windows networks and their endpoints. */
export const NETWORK_NAME = "com.docker.network.windowsshim.networkname";
export const HNS_ID = "com.docker.network.windowsshim.hnsid";
export const HNS_OWNED = "com.docker.network.windowsshim.hnsowned";
export const ROUTING_DOMAIN = "com.docker.network.windowsshim.routingdomain";
export const INTERFACE = "com.docker.network.windowsshim.interface";
export const VLAN = "com.docker.network.windowsshim.vlanid";
export const VSID = "com.docker.network.windowsshim.vsid";
export const DNS_SUFFIX = "com.docker.network.windowsshim.dnssuffix";
export const DNS_SERVERS = "com.docker.network.windowsshim.dnsservers";
export const MAC_POOL = "com.docker.network.windowsshim.macpool";
export const SOURCE_MAC = "com.docker.network.windowsshim.sourcemac";
export const DISABLE_ICC = "com.docker.network.windowsshim.disableicc";
export const DISABLE_DNS = "com.docker.network.windowsshim.disable_dns";
export const DISABLE_GATEWAY_DNS = "com.docker.network.windowsshim.disable_gatewaydns";
export const ENABLE_OUTBOUND_NAT = "com.docker.network.windowsshim.enable_outboundnat";
export const OUTBOUND_NAT_EXCEPTIONS = "com.docker.network.windowsshim.outboundnat_exceptions";
export const QOS_POLICIES = "com.docker.endpoint.windowsshim.qospolicies";

export const VXLAN_ID_LIST = "com.docker.network.driver.overlay.vxlanid_list";
export const MTU = "com.docker.network.driver.mtu";
export const ENABLE_IPV4 = "com.docker.network.enable_ipv4";
export const ENABLE_IPV6 = "com.docker.network.enable_ipv6";

export const ENDPOINT_DNS_SERVERS = "com.docker.network.endpoint.dnsservers";
export const ENDPOINT_IFNAME = "com.docker.network.endpoint.ifname";
export const ENDPOINT_MAC = "com.docker.network.endpoint.macaddress";

/** Docker's daemon learns it from HNS, or from the node's own configuration; here whoever makes the network may say it. */
export const PROVIDER_ADDRESS = "cnm.network.overlay.provider_address";
