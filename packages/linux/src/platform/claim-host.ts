import { readFileSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { errnoName } from "../netlink/errno.ts";
import type { Namespace } from "../netns/namespace.ts";
import { AF_UNIX, SO_PEERCRED, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM, SOL_SOCKET } from "../sockets/constants.ts";

/** A NUL in front: the name is in no file system, but belongs to the network namespace, and goes with its socket. */
const NAME = "\0cnm-host";
const EADDRINUSE = 98;
/** Who is refused connects once, to ask who we are, and nobody accepts that: so many may ask. */
const ASKERS = 4096;

/**
 * Makes this process the one that keeps the networks of a host namespace, until disposed: two of them would each sweep away
 * what the other made. A bound socket is the claim, so a process that is killed leaves none.
 *
 * Throws CnmError `conflict` "host-in-use", naming the process that has it.
 */
export function claimHost(libc: Libc, host: Namespace): Disposable {
  const claim = host.enter(() => bindName(libc));
  if (typeof claim !== "number") throw refusal(claim.holder);
  return { [Symbol.dispose]: () => void libc.close(claim) };
}

function bindName(libc: Libc): number | { readonly holder: number | undefined } {
  const fd = open(libc);
  const address = nameAddress();
  const bound = libc.bind(fd, address, address.length);
  const result = bound < 0 ? bound : libc.listen(fd, ASKERS);
  if (result >= 0) return fd;
  libc.close(fd);
  if (result === -EADDRINUSE) return { holder: holderOf(libc) };
  throw failed("bind", result);
}

/** Undefined: it is gone by now, or cannot be seen from here. */
function holderOf(libc: Libc): number | undefined {
  const fd = open(libc);
  try {
    const address = nameAddress();
    if (libc.connect(fd, address, address.length) < 0) return undefined;
    const credentials = new Uint8Array(12);
    const length = Uint8Array.of(credentials.length, 0, 0, 0);
    if (libc.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) < 0) return undefined;
    // 0: a process of another PID namespace.
    return new DataView(credentials.buffer).getInt32(0, true) || undefined;
  } finally {
    libc.close(fd);
  }
}

function open(libc: Libc): number {
  const fd = libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) throw failed("socket", fd);
  return fd;
}

function nameAddress(): Uint8Array {
  const family = Uint8Array.of(AF_UNIX, 0);
  return Uint8Array.from([...family, ...new TextEncoder().encode(NAME)]);
}

function refusal(holder: number | undefined): CnmError {
  const message = `the networks of this host are kept by ${wordsFor(holder)}: end it or close its platform first, or give this one a network namespace of its own (option netns)`;
  return new CnmError("conflict", "host-in-use", message);
}

function wordsFor(holder: number | undefined): string {
  if (holder === undefined) return "another process, which cannot be seen from here";
  if (holder === process.pid) return `this very process (pid ${holder}), which has a platform open`;
  return `${commandOf(holder)} (pid ${holder})`;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "a process";
  }
}

const failed = (what: string, result: number): CnmError =>
  new CnmError("internal", "host-claim", `cannot claim the host: ${what}: ${errnoName(-result)}`);
