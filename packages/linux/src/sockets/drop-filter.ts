import type { Libc } from "../ffi/libc.ts";
import { SO_ATTACH_BPF, SOL_SOCKET } from "./constants.ts";
import { attachFilter, DROP_ALL } from "./socket-filter.ts";

/** asm/unistd.h */
const SYS_BPF: Readonly<Record<string, number>> = { x64: 321, arm64: 280 };

/** linux/bpf.h */
const BPF_PROG_LOAD = 5;
const BPF_PROG_TYPE_SOCKET_FILTER = 1;
const BPF_ALU64_MOV_K = 0xb7;
const BPF_EXIT = 0x95;
const INSTRUCTION = 8;

const EBADF = 9;
const ENOSYS = 38;

/** A filter through which nothing passes, for many sockets. */
export interface DropFilter {
  /** Replaces the socket's filter. Returns 0 or -errno. */
  attach(fd: number): number;
  /** Sockets keep what they have. */
  close(): void;
}

/**
 * The kernel translates a classic program anew for each socket, which takes longer than all else about a socket that holds
 * a port; a program that is loaded once is only referred to. Where loading is refused (old kernels, containers, lockdown),
 * the classic one does.
 */
export function openDropFilter(libc: Libc): DropFilter {
  let program = load(libc);
  const descriptor = Buffer.alloc(4);
  descriptor.writeInt32LE(program);
  return {
    attach(fd) {
      const attached =
        program < 0 ? program : libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, descriptor, descriptor.length);
      return attached < 0 ? attachFilter(libc, fd, DROP_ALL) : attached;
    },
    close() {
      if (program >= 0) libc.close(program);
      program = -EBADF;
    },
  };
}

const PROGRAM = 64;
const LICENSE = 80;

/** The program's descriptor, or -errno. */
function load(libc: Libc): number {
  const number = SYS_BPF[process.arch];
  if (number === undefined) return -ENOSYS;
  // Larger than 64 bytes, so that its bytes are never moved: the kernel gets their address inside the structure.
  const bytes = Buffer.allocUnsafeSlow(128).fill(0);
  const address = BigInt(libc.memset(bytes, 0, 0));
  bytes.writeUInt32LE(BPF_PROG_TYPE_SOCKET_FILTER, 0);
  bytes.writeUInt32LE(2, 4);
  bytes.writeBigUInt64LE(address + BigInt(PROGRAM), 8);
  bytes.writeBigUInt64LE(address + BigInt(LICENSE), 16);
  bytes.write("cnm_drop", 48, "latin1");
  // r0 = 0: so many bytes of the packet are passed on.
  bytes.writeUInt8(BPF_ALU64_MOV_K, PROGRAM);
  bytes.writeUInt8(BPF_EXIT, PROGRAM + INSTRUCTION);
  bytes.write("Apache-2.0", LICENSE, "latin1");
  return libc.syscall(number, BPF_PROG_LOAD, bytes, PROGRAM);
}
