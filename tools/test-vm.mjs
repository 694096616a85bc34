import { bundle } from "./lib/bundle.mjs";
import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main, run } from "./lib/run.mjs";
import { WITNESSES } from "./lib/witnesses.mjs";

const USAGE =
  "npm run test:vm -- [--suite kernel|bridge|ci] [-t NAME] [--limit SECONDS] [--machines N] [--quiet SECONDS] [FILTER…]";

/** `npm run test:vm`: tests on Debian's kernel, which has every feature, in an emulated machine. */
await main(async (args) => {
  if (args.includes("--help")) return console.log(`usage: ${USAGE}`);
  requireRoot("npm run test:vm");
  await ensurePrograms(WITNESSES);
  await ensureBuilt();
  const program = await bundle({ vm: "test/vm/vm.ts" }, "vm");
  await run(process.execPath, ["--enable-source-maps", program, ...args]);
});
