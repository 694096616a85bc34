import { readdirSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { bindLibc, type Libc } from "../ffi/libc.ts";
import { loadFfi } from "../ffi/load-ffi.ts";
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from "./constants.ts";
import { ReadableSockets } from "./readable-sockets.ts";

const ffi = loadFfi();
const libc: Libc = bindLibc(ffi);
const descriptors = (): number => readdirSync("/proc/self/fd").length;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let sockets: ReadableSockets;
let open: number[];
beforeEach(() => {
  sockets = new ReadableSockets(ffi, libc);
  open = [];
});
afterEach(() => {
  for (const fd of open) sockets.close(fd);
});

function close(fd: number): void {
  open = open.filter((one) => one !== fd);
  sockets.close(fd);
}

/** A socket that receives, at a name of its own; and what it takes to send it something. */
function receiver(number: number): { readonly fd: number; send(): void; read(): number } {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  open.push(fd);
  const name = Uint8Array.from([AF_UNIX, 0, ...Buffer.from(`\0cnm-readable-${process.pid}-${number}`)]);
  expect(libc.bind(fd, name, name.length)).toBe(0);
  return {
    fd,
    send: () => expect(libc.sendto(fd, Uint8Array.of(1), 1, 0, name, name.length)).toBe(1),
    read: () => libc.recv(fd, Buffer.alloc(128), 128, 0),
  };
}

/** Resolves when the callback has been called so often. */
function countTo(count: number): { readonly reached: Promise<void>; readonly call: () => void } {
  let call = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    let left = count;
    call = () => {
      if (--left === 0) resolve();
    };
  });
  return { reached, call };
}

it("are told of, each by its own call, however many there are", async () => {
  const all = Array.from({ length: 150 }, (_, number) => receiver(number));
  const { reached, call } = countTo(all.length);
  const told: number[] = [];
  for (const [number, one] of all.entries()) {
    sockets.add(one.fd, () => {
      if (one.read() < 0) return;
      told.push(number);
      call();
    });
  }
  for (const one of all) one.send();
  await reached;
  expect(told.toSorted((a, b) => a - b)).toEqual(all.map((_, number) => number));
});

it("are not told of when they have been closed in the same turn", async () => {
  const [first, second] = [receiver(0), receiver(1)];
  const { reached, call } = countTo(1);
  let calls = 0;
  const closeBoth = (): void => {
    calls++;
    for (const { fd } of [first, second]) close(fd);
    call();
  };
  for (const one of [first, second]) sockets.add(one.fd, closeBoth);
  for (const one of [first, second]) one.send();
  await reached;
  await turn();
  expect(calls).toBe(1);
});

it("leave no descriptor behind when there are none any more", async () => {
  const before = descriptors();
  const both = [receiver(0), receiver(1)];
  for (const { fd } of both) sockets.add(fd, () => undefined);
  for (const { fd } of both) close(fd);
  await turn();
  expect(descriptors()).toBe(before);
  expect(() => sockets.add(-1, () => undefined)).toThrow(ffi.watchesEpoll ? "EBADF" : "cannot watch descriptor -1");
  await turn();
  expect(descriptors()).toBe(before);
});
