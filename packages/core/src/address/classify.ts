import type { Family } from "../model/network.ts";
import type { Address } from "./address.ts";
import { contains, type Prefix, parsePrefix } from "./prefix.ts";

type Class = Readonly<Record<Family, Prefix>>;

const classOf = (ipv4: string, ipv6: string): Class => ({ 4: parsePrefix(ipv4), 6: parsePrefix(ipv6) });

const MULTICAST = classOf("224.0.0.0/4", "ff00::/8");
const LOOPBACK = classOf("127.0.0.0/8", "::1/128");
const LINK_LOCAL = classOf("169.254.0.0/16", "fe80::/10");

/** "0.0.0.0" or "::" */
export const isUnspecified = (address: Address): boolean => address.value === 0n;
/** RFC 5771, RFC 4291 §2.7 */
export const isMulticast = (address: Address): boolean => contains(MULTICAST[address.family], address);
/** RFC 1122 §3.2.1.3, RFC 4291 §2.5.3 */
export const isLoopback = (address: Address): boolean => contains(LOOPBACK[address.family], address);
/** RFC 3927, RFC 4291 §2.5.6 */
export const isLinkLocal = (address: Address): boolean => contains(LINK_LOCAL[address.family], address);

/** The address that stands for all of a host's own ones: what a wildcard socket is bound to. */
export const wildcardAddress = (family: Family): "0.0.0.0" | "::" => (family === 4 ? "0.0.0.0" : "::");
