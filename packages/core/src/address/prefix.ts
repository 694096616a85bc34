import { CnmError } from "../errors/cnm-error.ts";
import { type Address, addressBits, readAddress } from "./address.ts";
import { formatAddress } from "./format-address.ts";

/** A network: its first address and how many leading bits all its addresses share. There are no host bits. */
export interface Prefix extends Address {
  readonly length: number;
}

/** An address on a link together with the length of that link's prefix: "10.7.0.2/24". */
export interface InterfaceAddress extends Address {
  readonly length: number;
}

/**
 * The network in "10.7.0.0/24" or "fd07::/64".
 * @throws CnmError `invalid` "invalid-prefix"; for "10.7.0.5/24" it names 10.7.0.0/24 as the right one.
 */
export function parsePrefix(text: string): Prefix {
  return orThrow(text, readPrefix(text), "network");
}

/** {@link parsePrefix} for callers that gather faults: the prefix, or what is wrong with the text. */
export function readPrefix(text: string): Prefix | string {
  const read = readInterfaceAddress(text);
  if (typeof read === "string") return read;
  const network = networkOf(read);
  if (network.value === read.value) return network;
  return `it has host bits set; the network is ${formatPrefix(network)}`;
}

/**
 * The address and length in "10.7.0.2/24": host bits are kept.
 * @throws CnmError `invalid` "invalid-prefix"
 */
export function parseInterfaceAddress(text: string): InterfaceAddress {
  return orThrow(text, readInterfaceAddress(text), "address with a prefix length");
}

export function readInterfaceAddress(text: string): InterfaceAddress | string {
  const slash = text.indexOf("/");
  if (slash < 0) return 'it has no prefix length, such as "/24"';
  const address = readAddress(text.slice(0, slash));
  if (typeof address === "string") return address;
  const length = text.slice(slash + 1);
  const bits = addressBits(address.family);
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > bits) {
    return `${JSON.stringify(length)} is no prefix length from 0 to ${bits}`;
  }
  return { ...address, length: Number(length) };
}

/** Canonical text of a prefix or an interface address. */
export function formatPrefix(prefix: Prefix | InterfaceAddress): string {
  return `${formatAddress(prefix)}/${prefix.length}`;
}

/** The network that an interface address is in. */
export function networkOf(address: InterfaceAddress): Prefix {
  const host = hostBits(address);
  return { family: address.family, value: (address.value >> host) << host, length: address.length };
}

/** How many addresses a prefix has: 2^32 for 0.0.0.0/0. */
export const prefixSize = (prefix: Prefix): bigint => 1n << hostBits(prefix);

/** IPv4: the broadcast address. */
export const lastAddress = (prefix: Prefix): Address => ({
  family: prefix.family,
  value: prefix.value + prefixSize(prefix) - 1n,
});

/** Whether an address, or the whole of another prefix, is in `outer`. */
export function contains(outer: Prefix, inner: Address | Prefix): boolean {
  if (outer.family !== inner.family) return false;
  if ("length" in inner && inner.length < outer.length) return false;
  const host = hostBits(outer);
  return outer.value >> host === inner.value >> host;
}

/** Whether two prefixes have an address in common: one is then inside the other. */
export const overlaps = (a: Prefix, b: Prefix): boolean => (a.length <= b.length ? contains(a, b) : contains(b, a));

const hostBits = (prefix: Prefix): bigint => BigInt(addressBits(prefix.family) - prefix.length);

function orThrow<T>(text: string, read: T | string, wanted: string): T {
  if (typeof read !== "string") return read;
  throw new CnmError("invalid", "invalid-prefix", `${JSON.stringify(text)} is no ${wanted}: ${read}`);
}
