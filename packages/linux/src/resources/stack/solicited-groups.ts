import { ipBytes, ipText, macBytes } from "../../route/ip-bytes.ts";

/** ff02::1:ff00:0/104 (RFC 4291 §2.7.1). */
const SOLICITED_NODE = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];

/** The groups in which an interface is asked for: those of its addresses, and of the link-local one that its MAC address makes. */
export function solicitedGroups(mac: string, addresses: readonly string[]): readonly string[] {
  const own = addresses.filter((address) => address.includes(":"));
  if (own.length === 0) return [];
  const ends = [macBytes(mac), ...own.map((address) => ipBytes(address.slice(0, address.indexOf("/"))))];
  return [...new Set(ends.map((bytes) => ipText(Uint8Array.of(...SOLICITED_NODE, ...bytes.subarray(-3)))))];
}
