import { readFileSync, writeFileSync } from "node:fs";
import { main } from "./lib/run.mjs";
import { documentPath, withPicture } from "./lib/structure.mjs";

/** Draws the structure picture anew from the imports. */
await main(async () => writeFileSync(documentPath, withPicture(readFileSync(documentPath, "utf8"))));
