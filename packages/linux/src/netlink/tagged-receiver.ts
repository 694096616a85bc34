import type { Libc } from "../ffi/libc.ts";
import { MSG_DONTWAIT, NETLINK_LISTEN_ALL_NSID, SOL_NETLINK } from "./constants.ts";

/** struct msghdr, iovec and cmsghdr of 64-bit systems. */
const CONTROL = 64;
const CMSGHDR = 16;

export interface Received {
  /** Bytes in the buffer, or -errno. */
  readonly length: number;
  /** The number of the namespace that a notification is about; undefined: the socket's own. */
  readonly namespaceId: number | undefined;
}

/**
 * Receives from a socket that hears all namespaces (NETLINK_LISTEN_ALL_NSID) into the buffer. Which of them one datagram is
 * about stands in its control message only.
 */
export function taggedReceiver(libc: Libc, fd: number, buffer: Uint8Array): () => Received {
  // Buffers of their own memory, whose bytes are never moved: the kernel gets addresses inside other structures.
  const header = Buffer.allocUnsafeSlow(128).fill(0);
  const vector = Buffer.allocUnsafeSlow(128).fill(0);
  const control = Buffer.allocUnsafeSlow(128).fill(0);
  vector.writeBigUInt64LE(addressOf(libc, buffer), 0);
  vector.writeBigUInt64LE(BigInt(buffer.length), 8);
  header.writeBigUInt64LE(addressOf(libc, vector), 16);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(addressOf(libc, control), 32);
  return () => {
    header.writeBigUInt64LE(BigInt(CONTROL), 40);
    const length = libc.recvmsg(fd, header, MSG_DONTWAIT);
    const filled = Number(header.readBigUInt64LE(40));
    // Named once more: what only the kernel refers to has to live as long as this function does.
    const namespaceId = vector.length === 0 ? undefined : namespaceIn(control.subarray(0, filled));
    return { length, namespaceId: length < 0 ? undefined : namespaceId };
  };
}

function namespaceIn(control: Buffer): number | undefined {
  let at = 0;
  while (at + CMSGHDR <= control.length) {
    const length = Number(control.readBigUInt64LE(at));
    const level = control.readInt32LE(at + 8);
    const type = control.readInt32LE(at + 12);
    if (level === SOL_NETLINK && type === NETLINK_LISTEN_ALL_NSID) return control.readInt32LE(at + CMSGHDR);
    if (length < CMSGHDR) return undefined;
    at += Math.ceil(length / 8) * 8;
  }
  return undefined;
}

const addressOf = (libc: Libc, bytes: Uint8Array): bigint => BigInt(libc.memset(bytes, 0, 0));
