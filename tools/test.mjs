import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main } from "./lib/run.mjs";
import { runTests } from "./lib/run-tests.mjs";
import { WITNESSES } from "./lib/witnesses.mjs";

/** `npm test [-- FILTER…]`: every test, then the leak check. */
await main(async (filters) => {
  requireRoot("npm test");
  await ensurePrograms(WITNESSES);
  await ensureBuilt();
  const { failure } = await runTests(filters);
  if (failure !== undefined) throw failure;
});
