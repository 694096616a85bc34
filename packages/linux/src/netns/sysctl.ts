import { closeSync, openSync, readSync, write, writeSync } from "node:fs";
import { promisify } from "node:util";
import { CnmError } from "@cnm/core";
import type { Namespace } from "./namespace.ts";

/** Path segments below /proc/sys, with slashes: interface names may have dots. */
const NAME = /^net(\/[A-Za-z0-9_.:@-]+)+$/;

/** The value without its line end; undefined where the kernel has no such setting (IPv6 off, the interface gone). */
export function readSysctl(namespace: Namespace, name: string): string | undefined {
  return access(namespace, name, "read", (fd) => read(fd));
}

/** Whether it was there to be written. Throws CnmError naming setting and value when the kernel refuses. */
export function writeSysctl(namespace: Namespace, name: string, value: string): boolean {
  const done = access(namespace, name, `set to "${value}"`, (fd) => {
    writeSync(fd, value, 0);
    return true;
  });
  return done === true;
}

/** Writes unless the value is there already. Whether it was written; undefined where the kernel has no such setting. */
export function ensureSysctl(namespace: Namespace, name: string, value: string): boolean | undefined {
  return access(namespace, name, `set to "${value}"`, (fd) => {
    if (read(fd) === value) return false;
    writeSync(fd, value, 0);
    return true;
  });
}

/** {@link ensureSysctl} for settings that the kernel may be long about: not on this thread. */
export async function ensureSysctlAside(
  namespace: Namespace,
  name: string,
  value: string,
): Promise<boolean | undefined> {
  const path = sysctlPath(name);
  try {
    const fd = openIn(namespace, path, "r+");
    try {
      if (read(fd) === value) return false;
      await writeAside(fd, value, 0);
      return true;
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    return absent(namespace, name, `set to "${value}"`, cause);
  }
}

const writeAside = promisify(write) as (fd: number, text: string, position: number) => Promise<unknown>;

const LONGEST = 4096;

function read(fd: number): string {
  const bytes = Buffer.allocUnsafe(LONGEST);
  return bytes.toString("utf8", 0, readSync(fd, bytes, 0, LONGEST, 0)).trim();
}

/** The file shows the settings of the namespace in which it, or the folder that it was found in, was opened. */
function access<T extends string | boolean>(
  namespace: Namespace,
  name: string,
  what: string,
  body: (fd: number) => T,
): T | undefined {
  const path = sysctlPath(name);
  const flags = what === "read" ? "r" : "r+";
  try {
    const fd = openIn(namespace, path, flags);
    try {
      return body(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    return absent(namespace, name, what, cause);
  }
}

/** Undefined where there is no such setting; throws what else is the matter. */
function absent(namespace: Namespace, name: string, what: string, cause: unknown): undefined {
  if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  const message = `sysctl ${name}${where(namespace)} cannot be ${what}: ${(cause as Error).message}`;
  throw new CnmError("internal", "sysctl", message, { cause });
}

const OF_FAMILY = /^\/proc\/sys\/net\/(ipv[46])\/(.*)$/;

function openIn(namespace: Namespace, path: string, flags: "r" | "r+"): number {
  const [, family, rest] = OF_FAMILY.exec(path) ?? [];
  if (family !== "ipv4" && family !== "ipv6") return namespace.enter(() => openSync(path, flags));
  const folder = namespace.settings(family);
  // From elsewhere, the kernel does not see the entries that it has made for the namespace: it makes new ones each time, and
  // looks through all of them at the next.
  return namespace.enter(() => openSync(`/proc/self/fd/${folder}/${rest}`, flags));
}

function sysctlPath(name: string): string {
  if (!NAME.test(name) || name.split("/").some((part) => part === "." || part === "..")) {
    throw new CnmError("invalid", "sysctl-name", `"${name}" is not a network sysctl, such as net/ipv4/ip_forward`);
  }
  return `/proc/sys/${name}`;
}

const where = ({ path }: Namespace): string => (path === undefined ? "" : ` in ${path}`);
