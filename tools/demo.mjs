import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, requireRoot } from "./lib/prepare.mjs";
import { main, run } from "./lib/run.mjs";

/** `npm run demo`: from a fresh clone to real networks. Needs Node, npm and root, and no other program. */
await main(async () => {
  requireRoot("npm run demo");
  await ensureBuilt();
  const program = await bundle({ demo: "demo/demo.ts", agent: "demo/agent.ts" }, "demo");
  await run(process.execPath, [program]);
});
