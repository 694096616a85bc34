import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Libc } from "@cnm/linux";
import { CliError } from "../errors.ts";

/** linux/sched.h, linux/mount.h */
const CLONE_NEWNS = 0x00020000;
const CLONE_NEWUTS = 0x04000000;
const MS_BIND = 0x1000;
const MS_REC = 0x4000;
const MS_SLAVE = 0x80000;

/** What a sandbox has of its own in /etc. */
const ETC_FILES = ["resolv.conf", "hosts", "hostname"];

export interface SandboxPlace {
  /** Path of the network namespace. */
  readonly netns: string;
  /** Folder with the sandbox's own resolv.conf, hosts and hostname; "" when it has none. */
  readonly etcDir: string;
}

/**
 * Starts a program inside a sandbox: with its network, its host name and its files in /etc, which
 * nobody else sees. The child is forked on this thread while it is inside, and so begins its life there.
 */
export async function enterSandbox(place: SandboxPlace, start: () => ChildProcess): Promise<ChildProcess> {
  if (process.platform !== "linux") throw new CliError("programs are run inside sandboxes on Linux only");
  const { bindLibc, loadFfi, openNamespace } = await import("@cnm/linux");
  const libc = bindLibc(loadFfi());
  const namespace = openNamespace(libc, place.netns);
  try {
    return inOwnNamespaces(libc, () => {
      coverEtc(libc, place.etcDir);
      return namespace.enter(start);
    });
  } finally {
    namespace.close();
  }
}

/** Mounts and host name of our own, and back again: the rest of this command belongs to the host. */
function inOwnNamespaces<T>(libc: Libc, body: () => T): T {
  const folder = process.cwd();
  const home = [
    [openSync("/proc/thread-self/ns/mnt", "r"), CLONE_NEWNS],
    [openSync("/proc/thread-self/ns/uts", "r"), CLONE_NEWUTS],
  ] as const;
  try {
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS), "cannot part from the host's mounts: are you root?");
    try {
      // What is mounted here stays here; what the host unmounts goes here too, so that nothing of it is kept busy.
      check(libc.mount("none", "/", "none", MS_REC | MS_SLAVE, null), "cannot part from the host's mounts");
      return body();
    } finally {
      for (const [fd, kind] of home) check(libc.setns(fd, kind), "cannot come back from the sandbox");
      // Coming back into a mount namespace leads to its root.
      process.chdir(folder);
    }
  } finally {
    for (const [fd] of home) closeSync(fd);
  }
}

function coverEtc(libc: Libc, etcDir: string): void {
  if (etcDir === "") return;
  for (const name of ETC_FILES) {
    const source = join(etcDir, name);
    const target = join("/etc", name);
    // A file that this host has not cannot be covered, and must not be made.
    if (!existsSync(source) || !existsSync(target)) continue;
    // Often a link into /run, to a file that somebody else replaces.
    check(libc.mount(source, realpathSync(target), "none", MS_BIND, null), `cannot lay ${source} over ${target}`);
  }
  const hostname = join(etcDir, "hostname");
  if (existsSync(hostname)) writeFileSync("/proc/sys/kernel/hostname", readFileSync(hostname, "utf8").trim());
}

function check(result: number, what: string): void {
  if (result < 0) throw new CliError(`${what} (error ${-result})`);
}
