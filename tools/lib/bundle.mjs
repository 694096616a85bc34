import { join } from "node:path";
import { root } from "./run.mjs";

/**
 * Bundles one TypeScript program of this checkout, so that Node 20 can run it. The packages themselves are not bundled: the
 * program runs against what was built, as a user's program would.
 * @returns the path of the JavaScript
 */
export async function bundle(entry, name) {
  const { build } = await import("tsup");
  const outDir = join(root, "node_modules/.cache/programs", name);
  await build({
    config: false,
    entry: { [name]: join(root, entry) },
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
