import { closeSync, mkdirSync, openSync, readdirSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import { AF_INET, SOCK_CLOEXEC, SOCK_DGRAM } from "../sockets/constants.ts";
import { setInterfaceUp } from "../sockets/interface.ts";
import { OWN_NAMESPACE } from "./home.ts";
import { goBack, type Namespace } from "./namespace.ts";
import { isPinned, openNamespace } from "./open-namespace.ts";

const CLONE_NEWNET = 0x40000000;
const MS_BIND = 4096n;
const MNT_DETACH = 2;
const EINVAL = 22;
const ENOENT = 2;

/**
 * Makes a network namespace and pins it at the path, so that it lives without a process. Loopback is up in it. Throws CnmError
 * `conflict` when the path is taken.
 *
 * Killed in between, it leaves at most an empty file that is no mount: see {@link listNamespaces}. What is pinned is whole.
 */
export function createNamespace(libc: Libc, path: string): Namespace {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  reserve(path);
  const home = openSync(OWN_NAMESPACE, "r");
  try {
    check(libc.unshare(CLONE_NEWNET), `cannot make a network namespace for ${path}`);
    try {
      raiseLoopback(libc, path);
      check(libc.mount(OWN_NAMESPACE, path, "none", MS_BIND, null), `cannot pin a network namespace at ${path}`);
    } finally {
      goBack(libc, home);
    }
    return openNamespace(libc, path);
  } catch (error) {
    deleteNamespace(libc, path);
    throw error;
  } finally {
    closeSync(home);
  }
}

/** In the namespace in which the thread is now. */
function raiseLoopback(libc: Libc, path: string): void {
  const socket = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  check(socket, `cannot open a socket in the network namespace for ${path}`);
  const result = setInterfaceUp(libc, socket, "lo");
  libc.close(socket);
  check(result, `loopback of the network namespace for ${path} does not come up`);
}

function reserve(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o444));
  } catch (cause) {
    const taken = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw taken
      ? new CnmError("conflict", "namespace-exists", `there is a namespace at ${path} already`, { cause })
      : new CnmError("internal", "namespace-pin", `cannot make ${path}`, { cause });
  }
}

/** Takes the pin away; the namespace itself ends with its last process and socket. A missing one is no error. */
export function deleteNamespace(libc: Libc, path: string): void {
  // Layers of mounts, should there be several, go one by one.
  let result = libc.umount2(path, MNT_DETACH);
  while (result === 0) result = libc.umount2(path, MNT_DETACH);
  if (result === -ENOENT) return;
  if (result !== -EINVAL) check(result, `cannot unmount namespace ${path}`);
  try {
    unlinkSync(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") {
      throw new CnmError("internal", "namespace-unlink", `cannot delete ${path}`, { cause });
    }
  }
}

/** What lies in a pin directory: whole namespaces, and what a killed process left half-made. Paths in name order. */
export function listNamespaces(directory: string): {
  readonly pinned: readonly string[];
  readonly broken: readonly string[];
} {
  const paths = names(directory).map((name) => join(directory, name));
  return { pinned: paths.filter(isPinned), broken: paths.filter((path) => !isPinned(path)) };
}

function names(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new CnmError("internal", "namespace-list", `cannot read ${directory}`, { cause });
  }
}

function check(result: number, what: string): void {
  if (result < 0) throw new CnmError("internal", "namespace", `${what}: error ${-result}`);
}
