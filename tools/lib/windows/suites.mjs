import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../run.mjs";

/** Suites of core that are not about Windows. */
const NOT_OF_WINDOWS = [
  // There a lock is an open file, and not a chain of them: lock-directory.test.ts.
  "packages/core/src/store/lock-chain.test.ts",
];

/**
 * What runs under Wine: `{ name, files }` in one process each, or `{ name, program }`, a program of the emulator's folder.
 * @param {readonly string[]} filters parts of paths or names; none: all
 */
export function chooseSuites(filters) {
  const isMeant = (name) => filters.length === 0 || filters.some((filter) => name.includes(filter));
  const choose = (name, files) => ({ name, files: files.filter(isMeant) });
  const suites = [
    ...(isMeant("test/windows/hcn-emulator/test")
      ? [{ name: "emulator", program: "emulator-test.exe", files: [] }]
      : []),
    choose(
      "core",
      testsIn("packages/core/src").filter((file) => !NOT_OF_WINDOWS.includes(file)),
    ),
    choose("windows", testsIn("packages/windows/src")),
    // A process each: they load the emulator's DLLs, and set what it is told by the environment.
    ...testsIn("test/windows").map((file) => choose(file, [file])),
  ];
  return suites.filter(({ program, files }) => program !== undefined || files.length > 0);
}

function testsIn(folder) {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}
