import { readFileSync, writeFileSync } from "node:fs";
import { CnmError } from "@cnm/core";
import type { Namespace } from "./namespace.ts";

/** Path segments below /proc/sys, with slashes: interface names may have dots. */
const NAME = /^net(\/[A-Za-z0-9_.:@-]+)+$/;

/** The value without its line end; undefined where the kernel has no such setting (IPv6 off, the interface gone). */
export function readSysctl(namespace: Namespace, name: string): string | undefined {
  const path = sysctlPath(name);
  try {
    return namespace.enter(() => readFileSync(path, "utf8")).trim();
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw new CnmError("internal", "sysctl-read", `cannot read sysctl ${name}${where(namespace)}`, { cause });
  }
}

/** Whether it was there to be written. Throws CnmError naming setting and value when the kernel refuses. */
export function writeSysctl(namespace: Namespace, name: string, value: string): boolean {
  const path = sysctlPath(name);
  try {
    namespace.enter(() => writeFileSync(path, value, { flag: "r+" }));
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    const message = `cannot set sysctl ${name} to "${value}"${where(namespace)}: ${(cause as Error).message}`;
    throw new CnmError("internal", "sysctl-write", message, { cause });
  }
}

function sysctlPath(name: string): string {
  if (!NAME.test(name) || name.split("/").some((part) => part === "." || part === "..")) {
    throw new CnmError("invalid", "sysctl-name", `"${name}" is not a network sysctl, such as net/ipv4/ip_forward`);
  }
  return `/proc/sys/${name}`;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

const where = ({ path }: Namespace): string => (path === undefined ? "" : ` in ${path}`);
