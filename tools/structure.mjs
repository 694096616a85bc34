import { writeFileSync } from "node:fs";
import { main } from "./lib/run.mjs";
import { documents } from "./lib/structure.mjs";

/** Draws the structure pictures anew from the imports. */
await main(async () => {
  for (const { path, wanted } of documents()) writeFileSync(path, wanted);
});
