import type { Libc } from "../../ffi/libc.ts";
import { SOL_SOCKET } from "../../sockets/constants.ts";

/** linux/socket.h */
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;

/** struct msghdr and cmsghdr of 64-bit systems. */
const HEADER = { vector: 16, vectors: 24, control: 32, controlLength: 40 } as const;
const CMSGHDR = 16;
/** With room for more descriptors than anybody sends. */
const CONTROL = 64;
/** More than any message has. */
const MESSAGE = 64 << 10;

export interface Received {
  /** Of a socket that keeps messages apart; empty: the other end is closed. Or -errno. */
  readonly message: Uint8Array | number;
  readonly fds: readonly number[];
}

/** A message and the descriptors that go with it, in memory that the kernel is told of once. */
export class MessageBuffers {
  readonly #libc: Libc;
  // Of their own memory, whose bytes are never moved: the kernel gets addresses inside other structures.
  readonly #header = Buffer.allocUnsafeSlow(128).fill(0);
  readonly #vector = Buffer.allocUnsafeSlow(128).fill(0);
  readonly #control = Buffer.allocUnsafeSlow(128).fill(0);
  readonly #bytes = Buffer.allocUnsafeSlow(MESSAGE);
  readonly #controlAddress: bigint;

  constructor(libc: Libc) {
    this.#libc = libc;
    const addressOf = (bytes: Uint8Array): bigint => BigInt(libc.memset(bytes, 0, 0));
    this.#controlAddress = addressOf(this.#control);
    this.#vector.writeBigUInt64LE(addressOf(this.#bytes), 0);
    this.#header.writeBigUInt64LE(addressOf(this.#vector), HEADER.vector);
    this.#header.writeBigUInt64LE(1n, HEADER.vectors);
  }

  /** Descriptors are the receiver's as well as the sender's then. Returns the message's length or -errno. */
  send(fd: number, message: Uint8Array, passed: number | undefined): number {
    if (message.length > MESSAGE) throw new RangeError(`a message of ${message.length} bytes is too long`);
    this.#bytes.set(message);
    this.#vector.writeBigUInt64LE(BigInt(message.length), 8);
    if (passed !== undefined) {
      this.#control.writeBigUInt64LE(BigInt(CMSGHDR + 4), 0);
      this.#control.writeInt32LE(SOL_SOCKET, 8);
      this.#control.writeInt32LE(SCM_RIGHTS, 12);
      this.#control.writeInt32LE(passed, CMSGHDR);
    }
    this.#useControl(passed === undefined ? 0 : CMSGHDR + 8);
    return this.#libc.sendmsg(fd, this.#header, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  /** The message is good until the next one comes or goes; the descriptors are the caller's. */
  receive(fd: number): Received {
    this.#vector.writeBigUInt64LE(BigInt(MESSAGE), 8);
    this.#useControl(CONTROL);
    const length = this.#libc.recvmsg(fd, this.#header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (length < 0) return { message: length, fds: [] };
    return { message: this.#bytes.subarray(0, length), fds: this.#descriptors() };
  }

  #useControl(length: number): void {
    this.#header.writeBigUInt64LE(length === 0 ? 0n : this.#controlAddress, HEADER.control);
    this.#header.writeBigUInt64LE(BigInt(length), HEADER.controlLength);
  }

  #descriptors(): readonly number[] {
    const filled = Number(this.#header.readBigUInt64LE(HEADER.controlLength));
    if (filled < CMSGHDR || this.#control.readInt32LE(12) !== SCM_RIGHTS) return [];
    const end = Number(this.#control.readBigUInt64LE(0));
    const fds: number[] = [];
    for (let at = CMSGHDR; at + 4 <= end; at += 4) fds.push(this.#control.readInt32LE(at));
    return fds;
  }
}
