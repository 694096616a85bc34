import { importFaults } from "./lib/import-rule.mjs";
import { ensureInstalled } from "./lib/prepare.mjs";
import { main, run, tool } from "./lib/run.mjs";
import { structureFaults } from "./lib/structure.mjs";

/** Types, lint and format, the import rule, and the picture of the structure against the structure. */
await main(async () => {
  await ensureInstalled();
  const faults = [...importFaults(), ...structureFaults()];
  const results = await Promise.allSettled([
    tool("typescript/bin/tsc", ["-b"]),
    run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."]),
  ]);
  for (const fault of faults) console.error(fault);
  for (const result of results) if (result.status === "rejected") console.error(result.reason.message);
  if (faults.length > 0 || results.some((result) => result.status === "rejected")) throw new Error("check: failed");
  console.log("check: types, lint, import rule and structure hold");
});
