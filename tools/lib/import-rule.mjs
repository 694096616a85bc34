import { posix } from "node:path";
import { sourceImports } from "./imports.mjs";

/** What each package may import besides its own files and `node:` modules. One direction: … → core ← linux, windows. */
const PACKAGES = {
  core: ["dns-packet", "ip-num", "lmdb", "valibot", "vitest"],
  linux: ["@cnm/core", "koffi", "ffi-rs"],
  cli: ["@cnm/daemon", "@cnm/linux", "commander"],
};

/** Modules with one allowed home. */
const HOMES = {
  koffi: "packages/linux/src/ffi/",
  "ffi-rs": "packages/linux/src/ffi/",
  vitest: "packages/core/src/testing/",
  lmdb: "packages/core/src/store/",
  "dns-packet": "packages/core/src/discovery/wire/",
  "ip-num": "packages/core/src/address/",
  commander: "packages/cli/src/program/",
  // Heavy, and not there on every system: only where a program is run.
  "@cnm/linux": "packages/cli/src/run/",
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
  const home = HOMES[specifier];
  return home === undefined || file.startsWith(home) ? undefined : `${specifier} may only be imported in ${home}`;
}
