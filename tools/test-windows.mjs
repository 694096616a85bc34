import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ensurePrograms } from "./lib/prepare.mjs";
import { main, root } from "./lib/run.mjs";
import { buildEmulator } from "./lib/windows/build-emulator.mjs";
import { bundleTests } from "./lib/windows/bundle-tests.mjs";
import { windowsNode } from "./lib/windows/cache.mjs";
import { runSuite } from "./lib/windows/run-suite.mjs";
import { chooseSuites } from "./lib/windows/suites.mjs";
import { startWine } from "./lib/windows/wine.mjs";

const PROGRAMS = { "../lib/wine/wine64": "wine64", "x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64" };

/** `npm run test:windows [-- FILTER…]`: Windows builds of Node and koffi under Wine, against the emulator of HNS. */
await main(async (filters) => {
  await ensureBuilt();
  await ensurePrograms(PROGRAMS);
  const suites = chooseSuites(filters);
  const setup = {
    emulator: await buildEmulator(),
    ...(await windowsNode()),
    ...(await bundleTests(suites.flatMap(({ files }) => files))),
    logs: join(root, "node_modules/.cache/windows/logs"),
  };
  rmSync(setup.logs, { recursive: true, force: true });
  mkdirSync(setup.logs, { recursive: true });
  const wine = await startWine();
  const counts = [];
  try {
    for (const suite of suites) counts.push(await runSuite(wine, suite, setup));
  } finally {
    await wine.close();
  }
  const passed = counts.reduce((sum, count) => sum + count.passed, 0);
  const failed = counts.reduce((sum, count) => sum + count.failed, 0);
  console.log(`under Wine: ${passed} tests passed, ${failed} failed`);
  if (failed > 0 || passed === 0) throw new Error("test:windows: failed");
});
