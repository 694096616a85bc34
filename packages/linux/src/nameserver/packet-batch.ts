import type { NameServerPeer } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { ipText } from "../route/ip-bytes.ts";
import { AF_INET6 } from "../sockets/constants.ts";
import { MSG_DONTWAIT, MSG_TRUNC } from "./constants.ts";

/** So many packets a system call. */
export const BATCH = 64;
/** Longer queries are none; longer answers go out one by one. */
const PACKET = 4096;
/** Not a power of two: the packets' first bytes would all compete for the same lines of the processor's cache. */
const STRIDE = PACKET + 64;
/** Room for struct sockaddr_in6. */
const NAME = 32;

/** struct mmsghdr and struct iovec on 64-bit systems, little-endian; in words of four bytes. */
const HEADER = 16;
const MSG_NAME = 0;
const MSG_NAMELEN = 2;
const MSG_IOV = 4;
const MSG_IOVLEN = 6;
const MSG_FLAGS = 12;
const MSG_LEN = 14;
const IOVEC = 4;
const IOV_LEN = 2;

/**
 * Packets on their way in and out, and all that the kernel has to know about them, in memory of their own: one for all
 * sockets of a process, since a batch is done with before the next one is received.
 */
export class PacketBatch {
  readonly #libc: Libc;
  readonly #in: Direction;
  readonly #out: Direction;
  readonly #peers: readonly PacketPeer[];
  #answers = 0;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#in = new Direction(libc);
    this.#out = new Direction(libc);
    const { names } = this.#in;
    this.#peers = Array.from({ length: BATCH }, (_, slot) => new PacketPeer(names.subarray(slot * NAME)));
  }

  /** How many packets have been taken off the socket, or -errno. */
  receive(fd: number): number {
    this.#answers = 0;
    const { headers, bytes } = this.#in;
    for (let at = MSG_NAMELEN; at < BATCH * HEADER; at += HEADER) headers[at] = NAME;
    return this.#libc.recvmmsg(fd, bytes, BATCH, MSG_DONTWAIT, 0);
  }

  /** Good until the next batch is received; undefined: longer than any query. */
  query(slot: number): Uint8Array | undefined {
    const { headers, packets } = this.#in;
    if (((headers[slot * HEADER + MSG_FLAGS] ?? 0) & MSG_TRUNC) !== 0) return undefined;
    return new Uint8Array(packets.buffer, slot * STRIDE, headers[slot * HEADER + MSG_LEN] ?? 0);
  }

  /** Good until the next batch is received. */
  peer(slot: number): NameServerPeer {
    return this.#peers[slot] ?? EMPTY_PEER;
  }

  /** A copy of the asker's struct sockaddr. */
  name(slot: number): Uint8Array {
    const at = slot * NAME;
    return this.#in.names.slice(at, at + (this.#in.headers[slot * HEADER + MSG_NAMELEN] ?? 0));
  }

  /** Puts an answer to this batch's query with those that leave together. */
  answer(fd: number, slot: number, answer: Uint8Array): void {
    if (answer.length > PACKET) {
      this.sendOne(fd, answer, this.name(slot));
      return;
    }
    const at = this.#answers++;
    const { headers, iovecs, packets, nameWords } = this.#out;
    packets.set(answer, at * STRIDE);
    iovecs[at * IOVEC + IOV_LEN] = answer.length;
    headers[at * HEADER + MSG_NAMELEN] = this.#in.headers[slot * HEADER + MSG_NAMELEN] ?? 0;
    const [from, to] = [(slot * NAME) >> 2, (at * NAME) >> 2];
    for (let word = 0; word < NAME >> 2; word++) nameWords[to + word] = this.#in.nameWords[from + word] ?? 0;
  }

  /** Sends the answers. What the kernel does not take is lost, as packets are. */
  flush(fd: number): void {
    const { bytes } = this.#out;
    for (let sent = 0; sent < this.#answers; ) {
      const left = sent === 0 ? bytes : bytes.subarray(sent * HEADER * 4);
      const result = this.#libc.sendmmsg(fd, left, this.#answers - sent, MSG_DONTWAIT);
      // The first one of these could not be sent.
      sent += Math.max(result, 1);
    }
    this.#answers = 0;
  }

  sendOne(fd: number, answer: Uint8Array, name: Uint8Array): void {
    this.#libc.sendto(fd, answer, answer.length, MSG_DONTWAIT, name, name.length);
  }
}

/** One message for each slot: its header leads to the slot's name and packet. */
class Direction {
  readonly bytes = memory(BATCH * HEADER * 4);
  readonly headers = words(this.bytes);
  readonly iovecs = words(memory(BATCH * IOVEC * 4));
  readonly names = memory(BATCH * NAME);
  readonly nameWords = words(this.names);
  readonly packets = memory(BATCH * STRIDE);

  constructor(libc: Libc) {
    const addressOf = (bytes: Uint8Array): bigint => BigInt(libc.memset(bytes, 0, 0));
    const iovecs = addressOf(new Uint8Array(this.iovecs.buffer));
    const names = addressOf(this.names);
    const packets = addressOf(this.packets);
    for (let slot = 0; slot < BATCH; slot++) {
      const header = slot * HEADER;
      writePointer(this.headers, header + MSG_NAME, names + BigInt(slot * NAME));
      writePointer(this.headers, header + MSG_IOV, iovecs + BigInt(slot * IOVEC * 4));
      this.headers[header + MSG_IOVLEN] = 1;
      writePointer(this.iovecs, slot * IOVEC, packets + BigInt(slot * STRIDE));
      this.iovecs[slot * IOVEC + IOV_LEN] = PACKET;
    }
  }
}

/** Outside V8's heap, where nothing is moved. */
const memory = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(new ArrayBuffer(size));

const words = (bytes: Uint8Array<ArrayBuffer>): Uint32Array => new Uint32Array(bytes.buffer);

function writePointer(target: Uint32Array, at: number, pointer: bigint): void {
  target[at] = Number(pointer & 0xffffffffn);
  target[at + 1] = Number(pointer >> 32n);
}

/** Reads the slot's name only when asked: most answers depend on nobody's address. */
class PacketPeer implements NameServerPeer {
  readonly #name: Uint8Array;

  constructor(name: Uint8Array) {
    this.#name = name;
  }

  get address(): string {
    return ipText(this.#name[0] === AF_INET6 ? this.#name.subarray(8, 24) : this.#name.subarray(4, 8));
  }

  get port(): number {
    return ((this.#name[2] ?? 0) << 8) | (this.#name[3] ?? 0);
  }
}

const EMPTY_PEER: NameServerPeer = { address: "", port: 0 };
