import { isIPv6 } from "node:net";
import { bindLibc, ipBytes, loadFfi } from "@cnm/linux";

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;

/** One ICMP echo, without the host's `ping`. Resolves to the round trip; rejects when no answer comes in time. */
export async function echo(address: string, patience: number): Promise<string> {
  const libc = bindLibc(loadFfi());
  const six = isIPv6(address);
  const fd = libc.socket(six ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
  if (fd < 0) throw new Error(`raw socket: error ${-fd}`);
  try {
    const timeout = new BigInt64Array([BigInt(Math.floor(patience / 1000)), BigInt((patience % 1000) * 1000)]);
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(timeout.buffer), 16);
    const peer = socketAddress(address, six);
    const connected = libc.connect(fd, peer, peer.length);
    if (connected < 0) throw new Error(`${address}: no route`);
    const packet = echoRequest(six);
    const start = performance.now();
    const sent = await libc.send.async(fd, packet, packet.length, 0);
    if (sent < 0) throw new Error(`${address}: no route`);
    await reply(fd, six, start + patience);
    return `${(performance.now() - start).toFixed(2)} ms`;
  } finally {
    libc.close(fd);
  }

  async function reply(socket: number, v6: boolean, deadline: number): Promise<void> {
    const packet = new Uint8Array(1500);
    while (performance.now() < deadline) {
      const length = await libc.recv.async(socket, packet, packet.length, 0);
      if (length < 0) break;
      // A raw IPv4 socket gets the IP header too; an IPv6 one does not.
      const type = packet[v6 ? 0 : ((packet[0] ?? 0) & 0x0f) * 4];
      if (type === (v6 ? 129 : 0)) return;
    }
    throw new Error(`${address}: no answer`);
  }
}

function socketAddress(address: string, six: boolean): Uint8Array {
  const bytes = new Uint8Array(six ? 28 : 16);
  bytes[0] = six ? AF_INET6 : AF_INET;
  bytes.set(ipBytes(address), six ? 8 : 4);
  return bytes;
}

/** ICMP type 8 with its checksum, or ICMPv6 type 128, whose checksum the kernel fills in. */
function echoRequest(six: boolean): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, six ? 128 : 8);
  view.setUint16(4, process.pid & 0xffff);
  view.setUint16(6, 1);
  if (!six) view.setUint16(2, checksum(view));
  return bytes;
}

function checksum(view: DataView): number {
  let sum = 0;
  for (let at = 0; at < view.byteLength; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
