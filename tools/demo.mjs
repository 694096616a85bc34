import { join } from "node:path";
import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, requireRoot } from "./lib/prepare.mjs";
import { main, root, run } from "./lib/run.mjs";

/** `npm run demo`: from a fresh clone to real networks. Needs Node, npm and root, and no other program. */
await main(async () => {
  requireRoot("npm run demo");
  await ensureBuilt();
  const inside = ["page", "fetch", "ping"].map((name) => [name, `demo/programs/${name}.ts`]);
  const entries = { demo: "demo/demo.ts", agent: "demo/agent.ts", ...Object.fromEntries(inside) };
  const program = await bundle(entries, "demo");
  // The program hears them too, and takes everything down first.
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => undefined);
  await run(process.execPath, [program, join(root, "packages/cli/dist/cnm.cjs")]);
});
