import type { Sandbox } from "@cnm/core";

export const IPV6_OFF_BY_DEFAULT = "net/ipv6/conf/default/disable_ipv6";

const SET_BY_USER = /^net[./]ipv6[./]conf[./](?:all|default)[./]disable_ipv6$/;

/**
 * Interfaces in a namespace of ours come without IPv6, as in Docker's: so nothing has to be set for those that have no IPv6
 * address. Users who set it for all interfaces themselves, and namespaces of others, keep what they have.
 */
export const isIpv6OffByDefault = ({ namespace, sysctls }: Sandbox): boolean =>
  namespace.owned && !Object.keys(sysctls).some((name) => SET_BY_USER.test(name));
