import { buildPackages } from "./lib/build-packages.mjs";
import { ensureInstalled } from "./lib/prepare.mjs";
import { main, tool } from "./lib/run.mjs";

await main(async () => {
  await ensureInstalled();
  await buildPackages();
  await tool("typescript/bin/tsc", ["-b", "packages/core", "packages/linux", "packages/daemon", "packages/cli"]);
});
