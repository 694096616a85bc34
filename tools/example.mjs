import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, requireRoot } from "./lib/prepare.mjs";
import { main, root, run } from "./lib/run.mjs";

/** `npm run example -- NAME`. */
await main(async ([name]) => {
  const folder = join(root, "examples");
  if (name === undefined || !existsSync(join(folder, `${name}.ts`))) {
    const names = readdirSync(folder).filter((file) => file.endsWith(".ts"));
    throw new Error(
      `usage: npm run example -- NAME, NAME one of: ${names.map((file) => file.slice(0, -3)).join(", ")}`,
    );
  }
  requireRoot("npm run example");
  await ensureBuilt();
  await run(process.execPath, [await bundle({ [name]: `examples/${name}.ts` }, name)]);
});
