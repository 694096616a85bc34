import { bindLibc, loadFfi, type Namespace } from "@cnm/linux";
import { ipBytes, macBytes } from "../../packages/linux/src/route/ip-bytes.ts";
import { AF_PACKET, SOCK_CLOEXEC, SOCK_RAW } from "../../packages/linux/src/sockets/constants.ts";
import { findInterface } from "../../packages/linux/src/sockets/interface.ts";

const ALL_NODES = "ff02::1";
const ALL_NODES_MAC = "33:33:00:00:00:01";
const ICMPV6 = 58;

/** A router on the link says: form an address in this prefix (RFC 4861 §4.2, §4.6.2). `router`: its link-local address. */
export function advertisePrefix(namespace: Namespace, link: string, router: string, prefix: string): void {
  const libc = bindLibc(loadFfi());
  const socket = namespace.enter(() => libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  try {
    const found = findInterface(libc, socket, link);
    if (found === undefined) throw new Error(`there is no ${link}`);
    const to = new Uint8Array(20);
    new DataView(to.buffer).setUint16(0, AF_PACKET, true);
    new DataView(to.buffer).setInt32(4, found.index, true);
    const packet = frame(found.mac, router, message(prefix));
    const sent = libc.sendto(socket, packet, packet.length, 0, to, to.length);
    if (sent < 0) throw new Error(`sendto: error ${-sent}`);
  } finally {
    libc.close(socket);
  }
}

function message(prefix: string): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 134);
  view.setUint8(4, 64);
  // No default router: lifetime 0. Then one option, prefix information: on-link and autonomous, for an hour.
  view.setUint8(16, 3);
  view.setUint8(17, 4);
  view.setUint8(18, 64);
  view.setUint8(19, 0xc0);
  view.setUint32(20, 3_600);
  view.setUint32(24, 3_600);
  bytes.set(ipBytes(prefix), 32);
  return bytes;
}

function frame(mac: string, source: string, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(54 + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes(ALL_NODES_MAC), 0);
  bytes.set(macBytes(mac), 6);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, body.length);
  view.setUint8(20, ICMPV6);
  view.setUint8(21, 255);
  bytes.set(ipBytes(source), 22);
  bytes.set(ipBytes(ALL_NODES), 38);
  bytes.set(body, 54);
  view.setUint16(56, checksum(view, body.length));
  return bytes;
}

function checksum(view: DataView, length: number): number {
  let sum = length + ICMPV6;
  for (let at = 22; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
