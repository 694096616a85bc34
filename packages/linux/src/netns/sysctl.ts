import { closeSync, openSync, readSync, writeSync } from "node:fs";
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

const LONGEST = 4096;

function read(fd: number): string {
  const bytes = Buffer.allocUnsafe(LONGEST);
  return bytes.toString("utf8", 0, readSync(fd, bytes, 0, LONGEST, 0)).trim();
}

/** One visit to the namespace: the file shows the settings of the namespace in which it was opened. */
function access<T extends string | boolean>(
  namespace: Namespace,
  name: string,
  what: string,
  body: (fd: number) => T,
): T | undefined {
  const path = sysctlPath(name);
  try {
    const fd = namespace.enter(() => openSync(path, what === "read" ? "r" : "r+"));
    try {
      return body(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    const message = `sysctl ${name}${where(namespace)} cannot be ${what}: ${(cause as Error).message}`;
    throw new CnmError("internal", "sysctl", message, { cause });
  }
}

function sysctlPath(name: string): string {
  if (!NAME.test(name) || name.split("/").some((part) => part === "." || part === "..")) {
    throw new CnmError("invalid", "sysctl-name", `"${name}" is not a network sysctl, such as net/ipv4/ip_forward`);
  }
  return `/proc/sys/${name}`;
}

const where = ({ path }: Namespace): string => (path === undefined ? "" : ` in ${path}`);
