import { closeSync, openSync, statfsSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Libc } from "../ffi/libc.ts";
import type { Home } from "./home.ts";
import { type Namespace, namespaceFromDescriptor } from "./namespace.ts";

/** linux/magic.h, linux/nsfs.h, linux/sched.h */
const NSFS_MAGIC = 0x6e736673;
const NS_GET_NSTYPE = 0xb703;
const CLONE_NEWNET = 0x40000000;

/**
 * Opens a namespace by path. Throws CnmError `not-found` or `invalid` that says what the path is instead. Visits are
 * quicker from a home that is known.
 */
export function openNamespace(libc: Libc, path: string, home?: Home): Namespace {
  const fd = open(path);
  try {
    if (libc.ioctl(fd, NS_GET_NSTYPE, null) === CLONE_NEWNET) return namespaceFromDescriptor(libc, path, fd, home);
    throw new CnmError("invalid", "not-a-network-namespace", `${path} is ${whatIs(path)}, not a network namespace`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    if (missing) throw new CnmError("not-found", "no-such-namespace", `there is no namespace ${path}`, { cause });
    throw new CnmError(
      "invalid",
      "namespace-unreadable",
      `cannot open namespace ${path}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

function whatIs(path: string): string {
  return isPinned(path) ? "a namespace of another kind" : "an ordinary file";
}

/** Whether the path is a namespace file, and not what is left of one: an empty file with nothing mounted over it. */
export function isPinned(path: string): boolean {
  return statfsSync(path).type === NSFS_MAGIC;
}
