import { readdirSync } from "node:fs";
import { join } from "node:path";
import { kernelFeatures } from "../support/kernel-features.ts";
import { reasonAgainst } from "../support/needs.ts";

/** Prints which folders here this kernel cannot run, and why: JSON. */
const features = await kernelFeatures();
const folders = readdirSync("test/kernel", { withFileTypes: true }).filter((entry) => entry.isDirectory());
const lacking = folders.flatMap(({ name }) => {
  const folder = `test/kernel/${name}`;
  const reason = reasonAgainst(join(process.cwd(), folder, "any"), features);
  return reason === undefined ? [] : [{ folder, reason }];
});
console.log(JSON.stringify(lacking));
