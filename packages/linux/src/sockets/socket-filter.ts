import type { Libc } from "../ffi/libc.ts";
import { SO_ATTACH_FILTER, SO_DETACH_FILTER, SOL_SOCKET } from "./constants.ts";

/** One instruction of classic BPF: struct sock_filter. */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

export const BPF_LD_W_ABS = 0x20;
export const BPF_LD_H_ABS = 0x28;
export const BPF_JMP_JEQ_K = 0x15;
export const BPF_RET_K = 0x06;
/** Loads from here on are relative to the network header, whatever the socket's own view of the packet is. */
const SKF_NET_OFF = 0xfff00000;
const IPV6_DESTINATION = 24;
export const EVERYTHING = 0xffffffff;

/** Nothing reaches the socket: a SYN gets no answer, and so is sent again. */
export const DROP_ALL: readonly Instruction[] = [[BPF_RET_K, 0, 0, 0]];

/** Only packets to ::1 reach the socket. */
export const ONLY_IPV6_LOOPBACK: readonly Instruction[] = [
  [BPF_LD_W_ABS, 0, 0, SKF_NET_OFF + IPV6_DESTINATION],
  [BPF_JMP_JEQ_K, 0, 7, 0],
  [BPF_LD_W_ABS, 0, 0, SKF_NET_OFF + IPV6_DESTINATION + 4],
  [BPF_JMP_JEQ_K, 0, 5, 0],
  [BPF_LD_W_ABS, 0, 0, SKF_NET_OFF + IPV6_DESTINATION + 8],
  [BPF_JMP_JEQ_K, 0, 3, 0],
  [BPF_LD_W_ABS, 0, 0, SKF_NET_OFF + IPV6_DESTINATION + 12],
  [BPF_JMP_JEQ_K, 0, 1, 1],
  [BPF_RET_K, 0, 0, EVERYTHING],
  [BPF_RET_K, 0, 0, 0],
];

/** Replaces the socket's filter. The kernel copies the program. Returns 0 or -errno. */
export function attachFilter(libc: Libc, fd: number, program: readonly Instruction[]): number {
  // Larger than 64 bytes, so that its bytes are never moved: the kernel gets their address inside another structure.
  const code = Buffer.allocUnsafeSlow(Math.max(128, program.length * 8)).fill(0);
  for (const [at, [operation, jumpTrue, jumpFalse, k]] of program.entries()) {
    code.writeUInt16LE(operation, at * 8);
    code.writeUInt8(jumpTrue, at * 8 + 2);
    code.writeUInt8(jumpFalse, at * 8 + 3);
    code.writeUInt32LE(k >>> 0, at * 8 + 4);
  }
  const description = Buffer.alloc(16);
  description.writeUInt16LE(program.length, 0);
  description.writeBigUInt64LE(BigInt(libc.memset(code, 0, 0)), 8);
  const result = libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, description, description.length);
  // Named once more: the program has to live until the call has ended.
  return code.length === 0 ? 0 : result;
}

export function detachFilter(libc: Libc, fd: number): number {
  return libc.setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, new Uint8Array(4), 4);
}
