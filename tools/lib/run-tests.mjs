import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hostSnapshot, leaks } from "./host-snapshot.mjs";
import { tool } from "./run.mjs";

/** Milliseconds. */
const PATIENCE = 5_000;
const LOOK_AGAIN = 100;

/**
 * Vitest, then the leak check; both on stdout. A test that did not run has not passed.
 * @param {readonly string[]} args vitest's
 * @param {string} reporter vitest's name of who tells people about it
 * @returns {Promise<{ files: number, passed: number, failed: number, failure: Error | undefined }>} leaks count as failures
 */
export async function runTests(args, reporter = "default") {
  const before = hostSnapshot();
  const results = join(mkdtempSync(join(tmpdir(), "results-")), "results.json");
  const reporters = [`--reporter=${reporter}`, "--reporter=json", `--outputFile.json=${results}`];
  const ended = await tool("vitest/vitest.mjs", ["run", ...reporters, ...args]).then(
    () => undefined,
    (error) => error,
  );
  const counts = JSON.parse(readFileSync(results, "utf8"));
  rmSync(join(results, ".."), { recursive: true });

  const leaked = await leaksSince(before);
  for (const leak of leaked) console.error(`left behind: ${leak}`);
  console.log(leaked.length === 0 ? "leak check: nothing is left" : `leak check: ${leaked.length} left behind`);

  const passed = counts.numPassedTests;
  const failed = counts.numFailedTests + counts.numPendingTests + counts.numTodoTests + leaked.length;
  console.log(`${passed} passed, ${failed} failed`);
  const bad = failed > 0 || passed === 0;
  const failure = ended ?? (bad ? new Error("some tests failed, or none ran") : undefined);
  return { files: counts.testResults.length, passed, failed, failure };
}

/** Whoever was told to end is given time to. */
async function leaksSince(before) {
  for (const end = Date.now() + PATIENCE; ; await delay(LOOK_AGAIN)) {
    const leaked = leaks(before, hostSnapshot());
    if (leaked.length === 0 || Date.now() > end) return leaked;
  }
}
