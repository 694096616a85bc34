import { join } from "node:path";
import { root } from "./run.mjs";

/**
 * Bundles a TypeScript program of this checkout, so that Node 20 can run it. The packages themselves are not bundled: the
 * program runs against what was built, as a user's program would.
 * @param {Readonly<Record<string, string>>} entries name → source, relative to the checkout
 * @param {string} name the entry to run
 * @returns the path of its JavaScript; the other entries lie beside it
 */
export async function bundle(entries, name) {
  const { build } = await import("tsup");
  const outDir = join(root, "node_modules/.cache/programs", name);
  await build({
    config: false,
    entry: Object.fromEntries(Object.entries(entries).map(([entry, path]) => [entry, join(root, path)])),
    format: "esm",
    target: "node20",
    platform: "node",
    outDir,
    outExtension: () => ({ js: ".mjs" }),
    clean: true,
    silent: true,
    sourcemap: "inline",
    external: [/^[^./]/],
    tsconfig: join(root, "tsconfig.tests.json"),
  });
  return join(outDir, `${name}.mjs`);
}
