import { ipBytes, macBytes } from "../route/ip-bytes.ts";

const ETH_P_ARP = 0x0806;
const ETH_P_IPV6 = 0x86dd;
const BROADCAST = "ff:ff:ff:ff:ff:ff";
/** Ethernet address of ff02::1, all nodes of the link (RFC 2464 §7). */
const ALL_NODES_MAC = "33:33:00:00:00:01";
const ALL_NODES = "ff02::1";
const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
const OVERRIDE = 0x20;
const TARGET_LINK_LAYER_ADDRESS = 2;

/** A whole frame: gratuitous ARP as an ARP request for the own address (RFC 5227 §2.3). */
export function gratuitousArp(mac: string, address: string): Uint8Array {
  const frame = new Uint8Array(42);
  const view = ethernet(frame, BROADCAST, mac, ETH_P_ARP);
  view.setUint16(14, 1);
  view.setUint16(16, 0x0800);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, 1);
  frame.set(macBytes(mac), 22);
  frame.set(ipBytes(address), 28);
  frame.set(ipBytes(address), 38);
  return frame;
}

/** A whole frame: an unsolicited neighbour advertisement that overrides what is known (RFC 4861 §7.2.6). */
export function neighbourAdvertisement(mac: string, address: string): Uint8Array {
  const frame = new Uint8Array(86);
  const view = ethernet(frame, ALL_NODES_MAC, mac, ETH_P_IPV6);
  view.setUint8(14, 0x60);
  view.setUint16(18, 32);
  view.setUint8(20, ICMPV6);
  view.setUint8(21, 255);
  frame.set(ipBytes(address), 22);
  frame.set(ipBytes(ALL_NODES), 38);
  view.setUint8(54, NEIGHBOUR_ADVERTISEMENT);
  view.setUint8(58, OVERRIDE);
  frame.set(ipBytes(address), 62);
  view.setUint8(78, TARGET_LINK_LAYER_ADDRESS);
  view.setUint8(79, 1);
  frame.set(macBytes(mac), 80);
  view.setUint16(56, icmpv6Checksum(view));
  return frame;
}

function ethernet(frame: Uint8Array, to: string, from: string, type: number): DataView {
  const view = new DataView(frame.buffer);
  frame.set(macBytes(to), 0);
  frame.set(macBytes(from), 6);
  view.setUint16(12, type);
  return view;
}

/** Over both addresses, the length, the protocol and the message (RFC 8200 §8.1). */
function icmpv6Checksum(view: DataView): number {
  let sum = 32 + ICMPV6;
  for (let at = 22; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
