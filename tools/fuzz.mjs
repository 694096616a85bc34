import { basename } from "node:path";
import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt } from "./lib/prepare.mjs";
import { main, run } from "./lib/run.mjs";

const USAGE = "npm run fuzz -- [--seconds 20] [--seed N] [--target NAME [--input FILE]] [--targets FILE.ts]";

/** `npm run fuzz`: parsers and decoders against inputs that are almost right; exit status 1 when one fails. */
await main(async (args) => {
  if (args.includes("--help")) return console.log(`usage: ${USAGE}`);
  const at = args.indexOf("--targets");
  const targets = at < 0 ? "test/fuzz/targets/all.ts" : args[at + 1];
  const rest = at < 0 ? args : args.toSpliced(at, 2);
  await ensureBuilt();
  const entries = { targets, worker: "test/fuzz/worker.ts" };
  const name = `fuzz-${basename(targets, ".ts")}`;
  const program = await bundle({ ...entries, [name]: "test/fuzz/fuzz.ts" }, name);
  await run(process.execPath, ["--enable-source-maps", "--expose-gc", program, ...rest]);
});
