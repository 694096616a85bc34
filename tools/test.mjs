import { lackingFolders } from "./lib/lacking-folders.mjs";
import { ensureBuilt, ensurePrograms, requireRoot } from "./lib/prepare.mjs";
import { main } from "./lib/run.mjs";
import { runTests } from "./lib/run-tests.mjs";
import { WITNESSES } from "./lib/witnesses.mjs";

/** `npm test [-- FILTER…]`: every test that this kernel can run, then the leak check. */
await main(async (filters) => {
  requireRoot("npm test");
  await ensurePrograms(WITNESSES);
  await ensureBuilt();
  const lacking = await lackingFolders();
  const { failure } = await runTests([...filters, ...lacking.map(({ folder }) => `--exclude=${folder}/**`)]);
  for (const { folder, reason } of lacking) console.log(`for npm run test:vm: ${folder}/, ${reason}`);
  if (failure !== undefined) throw failure;
});
