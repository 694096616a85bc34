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
  await run(process.execPath, [await bundle(entries, "demo"), join(root, "packages/cli/dist/cnm.cjs")]);
});
