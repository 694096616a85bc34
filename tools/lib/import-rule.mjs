import { posix } from "node:path";
import { sourceImports } from "./imports.mjs";

/** What each package may import besides its own files and `node:` modules. One direction: … → core ← linux, windows. */
const PACKAGES = {
  core: ["dns-packet", "ip-num", "lmdb", "valibot", "vitest"],
  linux: ["@cnm/core", "@cnm/core/nameserver", "koffi", "ffi-rs"],
  windows: ["@cnm/core", "@cnm/core/nameserver", "@cnm/core/testing", "koffi", "valibot"],
  daemon: ["@cnm/core", "@cnm/linux", "@cnm/windows", "fastify", "pino", "prom-client", "undici", "valibot"],
  cli: ["@cnm/daemon", "@cnm/linux", "commander"],
};

/** Modules that are at home in one folder of a package. */
const HOMES = {
  koffi: ["packages/linux/src/ffi/", "packages/windows/src/ffi/"],
  "ffi-rs": "packages/linux/src/ffi/",
  vitest: "packages/core/src/testing/",
  lmdb: "packages/core/src/store/",
  "dns-packet": "packages/core/src/discovery/wire/",
  "ip-num": "packages/core/src/address/",
  commander: "packages/cli/src/program/",
  // Heavy, and not there on every system: only where a program is run.
  "@cnm/linux": ["packages/cli/src/run/", "packages/daemon/src/host/"],
  "@cnm/windows": "packages/daemon/src/host/",
  fastify: "packages/daemon/src/server/",
  pino: "packages/daemon/src/log/",
  "prom-client": "packages/daemon/src/metrics/",
  undici: "packages/daemon/src/client/",
};

/** Violations of the import rule, a sentence each. */
export function importFaults() {
  return sourceImports().flatMap(({ file, specifier }) => {
    const fault = faultOf(file, specifier);
    return fault === undefined ? [] : [`${file}: ${fault}`];
  });
}

function faultOf(file, specifier) {
  const room = file.split("/")[1];
  if (specifier.startsWith("node:")) return undefined;
  if (specifier.startsWith(".")) {
    const target = posix.normalize(posix.join(posix.dirname(file), specifier));
    return target.startsWith(`packages/${room}/src/`) ? undefined : `reaches outside its package: ${specifier}`;
  }
  if (!(PACKAGES[room] ?? []).includes(specifier)) return `packages/${room} may not import ${specifier}`;
  const homes = [HOMES[specifier] ?? ""].flat();
  const isAtHome = homes.some((home) => file.startsWith(home));
  return isAtHome ? undefined : `${specifier} may only be imported in ${homes.join(", ")}`;
}
