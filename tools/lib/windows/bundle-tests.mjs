import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../run.mjs";

/**
 * Test files and the program that runs them, as JavaScript for Node 20. What they import of npm stays outside; what they
 * share is shared, so that a module of ours is there once in a process.
 * @param {readonly string[]} files relative to the checkout
 * @returns {Promise<{ runner: string, bundles: Map<string, string>, programs: string }>} paths of JavaScript, by source; the
 *   folder of the programs that tests start
 */
export async function bundleTests(files) {
  const { build } = await import("tsup");
  const outDir = join(root, "node_modules/.cache/windows/tests");
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const runner = "test/windows/runner/run-files.ts";
  const entry = Object.fromEntries([runner, ...PROGRAMS, ...files].map((file) => [entryName(file), join(root, file)]));
  await build({
    config: false,
    entry,
    format: "esm",
    target: "node20",
    platform: "node",
    outDir,
    outExtension: () => ({ js: ".mjs" }),
    silent: true,
    sourcemap: "inline",
    splitting: true,
    noExternal: [/^@cnm\//],
    external: [/^(?!@cnm\/)[^./]/],
    esbuildOptions: (options) => {
      options.alias = packageSources();
    },
    // `import.meta.url` of a test is that of its source: what lies beside it is found.
    esbuildPlugins: [ownLocation],
    tsconfig: join(root, "tsconfig.tests.json"),
  });
  const path = (file) => join(outDir, `${entryName(file)}.mjs`);
  return { runner: path(runner), bundles: new Map(files.map((file) => [file, path(file)])), programs: outDir };
}

/** What tests start as processes of their own: on other systems they bundle it themselves. */
const PROGRAMS = ["test/support/store-child.ts", "test/windows/support/daemon-program.ts"];

const entryName = (file) => file.replace(/\.ts$/, "").replaceAll("/", "__");

/** `@cnm/…` → the source behind what the package exports. */
function packageSources() {
  const sources = {};
  for (const room of readdirSync(join(root, "packages"))) {
    const manifest = join(root, "packages", room, "package.json");
    if (!existsSync(manifest)) continue;
    const { name, exports = {} } = JSON.parse(readFileSync(manifest, "utf8"));
    for (const [path, { types }] of Object.entries(exports)) {
      const source = types.replace("./dist/types/", "src/").replace(/\.d\.ts$/, ".ts");
      sources[`${name}${path.slice(1)}`] = join(root, "packages", room, source);
    }
  }
  // The longer first: an alias also counts for what begins with it.
  return Object.fromEntries(Object.entries(sources).sort(([a], [b]) => b.length - a.length));
}

const ownLocation = {
  name: "own-location",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      if (!source.includes("import.meta.url")) return undefined;
      const url = JSON.stringify(windowsUrl(path));
      return { contents: source.replaceAll("import.meta.url", url), loader: "ts" };
    });
  },
};

const windowsUrl = (path) => pathToFileURL(path).href.replace("file:///", "file:///Z:/");
