import { bindLibc, loadFfi, type Namespace } from "@cnm/linux";
import { ipBytes, macBytes } from "../../packages/linux/src/route/ip-bytes.ts";
import { AF_PACKET, SOCK_CLOEXEC, SOCK_RAW } from "../../packages/linux/src/sockets/constants.ts";
import { findInterface } from "../../packages/linux/src/sockets/interface.ts";

const ALL_NODES = "ff02::1";
const ALL_NODES_MAC = "33:33:00:00:00:01";
const ICMPV6 = 58;

export interface Icmpv6 {
  /** A link-local address. */
  readonly source: string;
  readonly hopLimit: number;
  /** Options of a hop-by-hop header, with which the packet begins then. */
  readonly hopByHop?: Uint8Array;
  /** With its checksum left at 0. */
  readonly message: Uint8Array;
}

/** Says something to all nodes of a link, as a router on it would. */
export function tellAllNodes(namespace: Namespace, link: string, packet: Icmpv6): void {
  const libc = bindLibc(loadFfi());
  const socket = namespace.enter(() => libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  try {
    const found = findInterface(libc, socket, link);
    if (found === undefined) throw new Error(`there is no ${link}`);
    const to = new Uint8Array(20);
    new DataView(to.buffer).setUint16(0, AF_PACKET, true);
    new DataView(to.buffer).setInt32(4, found.index, true);
    const bytes = frame(found.mac, packet);
    const sent = libc.sendto(socket, bytes, bytes.length, 0, to, to.length);
    if (sent < 0) throw new Error(`sendto: error ${-sent}`);
  } finally {
    libc.close(socket);
  }
}

function frame(mac: string, { source, hopLimit, hopByHop = new Uint8Array(), message }: Icmpv6): Uint8Array {
  const options = hopByHop.length === 0 ? hopByHop : Uint8Array.of(ICMPV6, 0, ...hopByHop);
  const bytes = new Uint8Array(54 + options.length + message.length);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes(ALL_NODES_MAC), 0);
  bytes.set(macBytes(mac), 6);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, options.length + message.length);
  view.setUint8(20, options.length === 0 ? ICMPV6 : 0);
  view.setUint8(21, hopLimit);
  bytes.set(ipBytes(source), 22);
  bytes.set(ipBytes(ALL_NODES), 38);
  bytes.set(options, 54);
  bytes.set(message, 54 + options.length);
  view.setUint16(56 + options.length, checksum(bytes.subarray(22, 54), message));
  return bytes;
}

/** Over both addresses, the length, the protocol and the message (RFC 8200 §8.1). */
function checksum(addresses: Uint8Array, message: Uint8Array): number {
  let sum = message.length + ICMPV6;
  for (const bytes of [addresses, message]) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
