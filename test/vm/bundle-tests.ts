import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "tsup";

/** The packages' sources, as vitest.config.ts has them. */
const ALIAS = {
  "@cnm/core/nameserver": "packages/core/src/nameserver/index.ts",
  "@cnm/core/testing": "packages/core/src/testing/index.ts",
  "@cnm/core": "packages/core/src/index.ts",
  "@cnm/daemon/client": "packages/daemon/src/client/index.ts",
  "@cnm/daemon": "packages/daemon/src/daemon.ts",
  "@cnm/linux": "packages/linux/src/index.ts",
};

/**
 * One file of JavaScript for each test file: in an emulated machine, three hundred TypeScript files take minutes to load.
 * Returns the folder they are in, within the checkout: there they find the npm packages.
 */
export async function bundleTests(checkout: string, files: readonly string[]): Promise<string> {
  const folder = join(checkout, "node_modules/.cache/vm-tests");
  rmSync(folder, { recursive: true, force: true });
  await build({
    config: false,
    entry: Object.fromEntries(files.map((file) => [file.replace(/\.ts$/, ""), join(checkout, file)])),
    format: "esm",
    target: "node20",
    platform: "node",
    outDir: folder,
    outExtension: () => ({ js: ".mjs" }),
    splitting: false,
    silent: true,
    sourcemap: true,
    noExternal: [/^@cnm\//],
    external: [/^[^./@]/, /^@(?!cnm\/)/],
    tsconfig: join(checkout, "tsconfig.tests.json"),
    esbuildOptions: (options) => {
      options.alias = Object.fromEntries(Object.entries(ALIAS).map(([name, path]) => [name, join(checkout, path)]));
    },
    esbuildPlugins: [OWN_ADDRESS],
  });
  return folder;
}

type Plugin = NonNullable<Parameters<typeof build>[0]["esbuildPlugins"]>[number];

/** Sources find files next to themselves, wherever the bundle is. */
const OWN_ADDRESS: Plugin = {
  name: "own-address",
  setup: ({ onLoad }) => {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, "utf8");
      if (!text.includes("import.meta.")) return undefined;
      const contents = text
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
      return { contents, loader: "ts" };
    });
  },
};
