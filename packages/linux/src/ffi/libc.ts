import { CnmError } from "@cnm/core";
import type { Bound, Ffi } from "./ffi.ts";

/** Every function of the C library that the package calls: the one place where its ABI is written down. */
const LIBC = {
  unshare: { args: ["i32"], returns: "i32", errno: true },
  setns: { args: ["i32", "i32"], returns: "i32", errno: true },
  mount: { args: ["cstring", "cstring", "cstring", "u64", "buffer"], returns: "i32", errno: true },
  umount2: { args: ["cstring", "i32"], returns: "i32", errno: true },
  socket: { args: ["i32", "i32", "i32"], returns: "i32", errno: true },
  bind: { args: ["i32", "buffer", "u32"], returns: "i32", errno: true },
  connect: { args: ["i32", "buffer", "u32"], returns: "i32", errno: true },
  listen: { args: ["i32", "i32"], returns: "i32", errno: true },
  close: { args: ["i32"], returns: "i32", errno: true },
  send: { args: ["i32", "buffer", "usize", "i32"], returns: "isize", errno: true },
  sendto: { args: ["i32", "buffer", "usize", "i32", "buffer", "u32"], returns: "isize", errno: true },
  recv: { args: ["i32", "buffer", "usize", "i32"], returns: "isize", errno: true },
  recvfrom: { args: ["i32", "buffer", "usize", "i32", "buffer", "buffer"], returns: "isize", errno: true },
  recvmsg: { args: ["i32", "buffer", "i32"], returns: "isize", errno: true },
  sendmsg: { args: ["i32", "buffer", "i32"], returns: "isize", errno: true },
  // Pointers to room for the peer's address, and 0 for none.
  accept4: { args: ["i32", "u64", "u64", "i32"], returns: "i32", errno: true },
  // The last one is a pointer to a time limit, and 0 for none.
  recvmmsg: { args: ["i32", "buffer", "u32", "i32", "u64"], returns: "i32", errno: true },
  sendmmsg: { args: ["i32", "buffer", "u32", "i32"], returns: "i32", errno: true },
  epoll_create1: { args: ["i32"], returns: "i32", errno: true },
  epoll_ctl: { args: ["i32", "i32", "i32", "buffer"], returns: "i32", errno: true },
  epoll_wait: { args: ["i32", "buffer", "i32", "i32"], returns: "i32", errno: true },
  getsockname: { args: ["i32", "buffer", "buffer"], returns: "i32", errno: true },
  getsockopt: { args: ["i32", "i32", "i32", "buffer", "buffer"], returns: "i32", errno: true },
  setsockopt: { args: ["i32", "i32", "i32", "buffer", "u32"], returns: "i32", errno: true },
  readlinkat: { args: ["i32", "cstring", "buffer", "usize"], returns: "isize", errno: true },
  // Variadic in C. On every 64-bit ABI that Node runs on, an integer or pointer in the third place is passed alike.
  ioctl: { args: ["i32", "u64", "buffer"], returns: "i32", errno: true },
  fcntl: { args: ["i32", "i32", "i64"], returns: "i32", errno: true },
  /** Returns the address of its first argument: with no bytes to set, a way to learn where a buffer lies. */
  memset: { args: ["buffer", "i32", "usize"], returns: "u64" },
  /** Variadic too: for calls of three arguments that the C library has no function for. */
  syscall: { args: ["i64", "i64", "buffer", "u64"], returns: "isize", errno: true },
  /** The system call: what the C library calls so is missing in older ones. Number, folder, path, flags, mask, struct statx. */
  statx: {
    symbol: "syscall",
    args: ["i64", "i32", "cstring", "i32", "u32", "buffer"],
    returns: "isize",
    errno: true,
  },
  sethostname: { args: ["buffer", "usize"], returns: "i32", errno: true },
  gettid: { args: [], returns: "i32" },
  getuid: { args: [], returns: "u32" },
} as const;

export type Libc = Bound<typeof LIBC>;

/** glibc first, then musl by the names that its packages use. */
const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

export function bindLibc(ffi: Ffi): Libc {
  const failures: unknown[] = [];
  for (const library of LIBRARIES) {
    try {
      return ffi.bind(library, LIBC);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new CnmError("unsupported", "library-missing", `no C library found: tried ${LIBRARIES.join(", ")}`, {
    cause: new AggregateError(failures),
  });
}
