import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Ffi } from "./ffi.ts";
import { bindLibc } from "./libc.ts";
import { loadFfi } from "./load-ffi.ts";

/** Functions whose results are known beforehand, for every type of the port. */
const PROBES = {
  getpid: { args: [], returns: "i32" },
  memset: { args: ["buffer", "i32", "usize"], returns: "u64" },
  strlen: { args: ["cstring"], returns: "u64" },
  llabs: { args: ["i64"], returns: "i64" },
  htonl: { args: ["u32"], returns: "u32" },
  pipe: { args: ["buffer"], returns: "i32", errno: true },
  write: { args: ["i32", "buffer", "usize"], returns: "isize", errno: true },
  read: { args: ["i32", "buffer", "usize"], returns: "isize", errno: true },
  close: { args: ["i32"], returns: "i32", errno: true },
  strtoull: { args: ["cstring", "buffer", "i32"], returns: "u64" },
  syscall: { args: ["i64", "i64", "buffer", "u64"], returns: "isize", errno: true },
  openPath: { symbol: "syscall", args: ["i64", "i32", "cstring", "i32"], returns: "isize", errno: true },
} as const;

const ENOENT = 2;
const EBADF = 9;
/** asm/unistd.h */
const SYS_WRITE = process.arch === "x64" ? 1 : 64;
const SYS_OPENAT = process.arch === "x64" ? 257 : 56;
const AT_FDCWD = -100;

describe.each(["koffi", "ffi-rs"])("the FFI port over %s", (name) => {
  const ffi: Ffi = loadFfi(name);
  const libc = ffi.bind("libc.so.6", PROBES);

  it("says which one it is", () => expect(ffi.name).toBe(name));

  it("passes numbers and gets them back", () => {
    expect(libc.getpid()).toBe(process.pid);
    expect(libc.htonl(0x01020304)).toBe(0x04030201);
    expect(libc.htonl(0xffffffff)).toBe(0xffffffff);
  });

  it("keeps 64 bits whole: numbers where they are safe, bigint beyond", () => {
    expect(libc.llabs(-5)).toBe(5);
    expect(libc.llabs(-Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(libc.llabs(-(2n ** 62n + 1n))).toBe(2n ** 62n + 1n);
    expect(libc.strtoull("18446744073709551615", null, 10)).toBe(18446744073709551615n);
  });

  it("passes strings and lets the callee write into buffers", () => {
    expect(libc.strlen("hello-world")).toBe(11);
    const bytes = new Uint8Array(8);
    libc.memset(bytes.subarray(2, 6), 0xab, 4);
    expect([...bytes]).toEqual([0, 0, 0xab, 0xab, 0xab, 0xab, 0, 0]);
  });

  it("calls a function by its own name, whatever it is bound as", () => {
    const fd = libc.openPath(SYS_OPENAT, AT_FDCWD, "/dev/null", 0);
    expect(fd).toBeGreaterThan(2);
    expect(libc.close(fd)).toBe(0);
    expect(libc.openPath(SYS_OPENAT, AT_FDCWD, "/dev/no-such-device", 0)).toBe(-ENOENT);
  });

  it("gives -errno for a failed call, on this thread and on another", async () => {
    expect(libc.close(999_999)).toBe(-EBADF);
    expect(await libc.close.async(999_999)).toBe(-EBADF);
  });

  it("keeps each call's own errno when many fail at once", async () => {
    const results = await Promise.all(Array.from({ length: 50 }, () => libc.read.async(999_999, new Uint8Array(1), 1)));
    expect(new Set(results)).toEqual(new Set([-EBADF]));
  });

  it("fills out pointers, and passes data through a pipe on both kinds of call", async () => {
    const [reader, writer] = makePipe();
    expect(libc.write(writer, Buffer.from("abc"), 3)).toBe(3);
    const bytes = new Uint8Array(8);
    expect(await libc.read.async(reader, bytes, 8)).toBe(3);
    expect(Buffer.from(bytes.subarray(0, 3)).toString()).toBe("abc");
    libc.close(reader);
    libc.close(writer);
  });

  it("makes system calls by number", async () => {
    const [reader, writer] = makePipe();
    expect(libc.syscall(SYS_WRITE, writer, Buffer.from("abc"), 3)).toBe(3);
    const bytes = new Uint8Array(8);
    expect(libc.read(reader, bytes, 8)).toBe(3);
    expect(Buffer.from(bytes.subarray(0, 3)).toString()).toBe("abc");
    expect(libc.syscall(SYS_WRITE, 999_999, Buffer.from("abc"), 3)).toBe(-EBADF);
    expect(await libc.syscall.async(SYS_WRITE, 999_999, Buffer.from("abc"), 3)).toBe(-EBADF);
    libc.close(reader);
    libc.close(writer);
  });

  it("reports a missing library and a missing function as unsupported", () => {
    expect(() => ffi.bind("libnosuch.so.9", PROBES)).toThrow(/cannot load libnosuch/);
  });

  it("says when a socket is readable, and stops when disposed", async () => {
    const own = bindLibc(ffi);
    const AF_UNIX = 1;
    const SOCK_DGRAM = 2;
    const pair = new Int32Array(2);
    const { socketpair } = ffi.bind("libc.so.6", SOCKETPAIR);
    expect(socketpair(AF_UNIX, SOCK_DGRAM, 0, new Uint8Array(pair.buffer))).toBe(0);
    const [left = -1, right = -1] = pair;
    const MSG_DONTWAIT = 0x40;
    let heard = 0;
    const bytes = new Uint8Array(16);
    await new Promise<void>((resolve) => {
      const watch = ffi.watchReadable(left, true, () => {
        while (own.recv(left, bytes, bytes.length, MSG_DONTWAIT) > 0) heard++;
        if (heard < 3) return;
        watch[Symbol.dispose]();
        resolve();
      });
      for (const byte of [1, 2, 3]) own.send(right, new Uint8Array([byte]), 1, 0);
    });
    expect(heard).toBe(3);
    own.close(left);
    own.close(right);
  });

  it("leaves no descriptor open", () => {
    const probe = openSync("/dev/null", "r");
    closeSync(probe);
    const [reader, writer] = makePipe();
    libc.close(reader);
    libc.close(writer);
    const again = openSync("/dev/null", "r");
    closeSync(again);
    expect(again).toBe(probe);
  });

  function makePipe(): [number, number] {
    const ends = new Int32Array(2);
    expect(libc.pipe(new Uint8Array(ends.buffer))).toBe(0);
    return [ends[0] ?? -1, ends[1] ?? -1];
  }
});

const SOCKETPAIR = {
  socketpair: { args: ["i32", "i32", "i32", "buffer"], returns: "i32", errno: true },
} as const;

describe("loadFfi", () => {
  it("refuses a name that it does not know", () => expect(() => loadFfi("dlopen")).toThrow(/no FFI "dlopen"/));
});
