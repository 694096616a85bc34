import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, requireRoot } from "./lib/prepare.mjs";
import { main, root, run } from "./lib/run.mjs";

/** `npm run example -- NAME`. */
await main(async ([name]) => {
  const folder = join(root, "examples");
  const source = [`${name}.ts`, `${name}/lab.ts`].find((path) => existsSync(join(folder, path)));
  if (name === undefined || source === undefined) {
    const found = readdirSync(folder).filter(
      (file) => file.endsWith(".ts") || existsSync(join(folder, file, "lab.ts")),
    );
    const names = found.map((file) => file.replace(/\.ts$/, ""));
    throw new Error(`usage: npm run example -- NAME, NAME one of: ${names.join(", ")}`);
  }
  requireRoot("npm run example");
  await ensureBuilt();
  await run(process.execPath, [await bundle({ [name]: `examples/${source}` }, name)]);
});
