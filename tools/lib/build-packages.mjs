import { join } from "node:path";
import { root } from "./run.mjs";

/** Entry points of each package: what its `exports` name. */
const packages = [
  {
    name: "core",
    entry: { index: "src/index.ts", nameserver: "src/nameserver/index.ts", testing: "src/testing/index.ts" },
  },
  { name: "linux", entry: { index: "src/index.ts" } },
  {
    name: "windows",
    entry: {
      index: "src/index.ts",
      testing: "src/testing/index.ts",
      "compartment-thread": "src/compartments/thread/compartment-thread.ts",
    },
  },
  { name: "daemon", entry: { index: "src/daemon.ts", client: "src/client/index.ts" } },
  // A command is short, and pays for each file that it loads: one file, whose parts still run only when they are needed.
  { name: "cli", entry: { cnm: "src/main.ts" }, single: true },
];

/** With commander inside; and in CommonJS, which Node starts sooner. */
const SINGLE = { format: "cjs", splitting: false, noExternal: ["commander"] };

/** The JavaScript of every package, into its dist/. Types are `tsc -b`'s work. */
export async function buildPackages() {
  const { build } = await import("tsup");
  for (const { name, entry, single = false } of packages) {
    const folder = join(root, "packages", name);
    await build({
      config: false,
      entry: Object.fromEntries(Object.entries(entry).map(([name, path]) => [name, join(folder, path)])),
      format: "esm",
      target: "node20",
      platform: "node",
      outDir: join(folder, "dist"),
      sourcemap: true,
      splitting: true,
      silent: true,
      external: [/^[^./]/],
      ...(single ? SINGLE : {}),
      tsconfig: join(folder, "tsconfig.json"),
    });
  }
}
