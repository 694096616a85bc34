import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bindLibc, type Libc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";
import { AF_UNIX, SO_ATTACH_FILTER, SOCK_CLOEXEC, SOCK_DGRAM } from "./constants.ts";
import { openDropFilter } from "./drop-filter.ts";
import { onlyNetlinkTypes } from "./netlink-filter.ts";
import { attachFilter, detachFilter } from "./socket-filter.ts";

const MSG_DONTWAIT = 0x40;
const EAGAIN = 11;
const EPERM = 1;

const ffi = loadFfi();
const libc = bindLibc(ffi);
const { socketpair } = ffi.bind("libc.so.6", {
  socketpair: { args: ["i32", "i32", "i32", "buffer"], returns: "i32", errno: true },
} as const);

let left: number;
let right: number;
beforeEach(() => {
  const pair = new Int32Array(2);
  expect(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, new Uint8Array(pair.buffer))).toBe(0);
  [left = -1, right = -1] = pair;
});
afterEach(() => {
  libc.close(left);
  libc.close(right);
});

/** What arrives of this: its length, or -EAGAIN. */
function arrives(bytes: Uint8Array): number {
  libc.send(left, bytes, bytes.length, 0);
  return libc.recv(right, new Uint8Array(64), 64, MSG_DONTWAIT);
}

function netlinkMessage(type: number): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(16, 0);
  bytes.writeUInt16LE(type, 4);
  return bytes;
}

describe("onlyNetlinkTypes", () => {
  it("lets these types through, all of them, and no others", () => {
    expect(attachFilter(libc, right, onlyNetlinkTypes([17, 0x0a11]))).toBe(0);
    const types = [16, 17, 18, 0x1100, 0x0a11, 0x110a];
    const passed = types.filter((type) => arrives(netlinkMessage(type)) === 16);
    expect(passed).toEqual([17, 0x0a11]);
  });

  it("of no type lets nothing through", () => {
    expect(attachFilter(libc, right, onlyNetlinkTypes([]))).toBe(0);
    expect(arrives(netlinkMessage(17))).toBe(-EAGAIN);
  });
});

describe("a drop filter", () => {
  it("lets nothing through, until it is taken off, even when it has been closed", () => {
    const filter = openDropFilter(libc);
    expect(arrives(Uint8Array.of(1))).toBe(1);
    expect(filter.attach(right)).toBe(0);
    filter.close();
    filter.close();
    expect(arrives(Uint8Array.of(1))).toBe(-EAGAIN);
    expect(detachFilter(libc, right)).toBe(0);
    expect(arrives(Uint8Array.of(1))).toBe(1);
  });

  it("is a classic one where the kernel refuses to load programs", () => {
    const options: number[] = [];
    const refusing: Libc = {
      ...libc,
      syscall: Object.assign(() => -EPERM, { async: async () => -EPERM }),
      setsockopt: Object.assign((...args: Parameters<Libc["setsockopt"]>) => {
        options.push(Number(args[2]));
        return libc.setsockopt(...args);
      }, libc.setsockopt),
    };
    const filter = openDropFilter(refusing);
    expect(filter.attach(right)).toBe(0);
    filter.close();
    expect(options).toEqual([SO_ATTACH_FILTER]);
    expect(arrives(Uint8Array.of(1))).toBe(-EAGAIN);
  });
});
