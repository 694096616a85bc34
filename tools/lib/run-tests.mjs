import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostSnapshot, leaks } from "./host-snapshot.mjs";
import { tool } from "./run.mjs";

/**
 * Vitest, then the leak check; both on stdout. A test that did not run has not passed.
 * @param {readonly string[]} args vitest's
 * @returns {Promise<{ files: number, passed: number, failed: number, failure: Error | undefined }>} leaks count as failures
 */
export async function runTests(args) {
  const before = hostSnapshot();
  const results = join(mkdtempSync(join(tmpdir(), "results-")), "results.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
  const ended = await tool("vitest/vitest.mjs", ["run", ...reporters, ...args]).then(
    () => undefined,
    (error) => error,
  );
  const counts = JSON.parse(readFileSync(results, "utf8"));
  rmSync(join(results, ".."), { recursive: true });

  const leaked = leaks(before, hostSnapshot());
  for (const leak of leaked) console.error(`left behind: ${leak}`);
  console.log(leaked.length === 0 ? "leak check: nothing is left" : `leak check: ${leaked.length} left behind`);

  const passed = counts.numPassedTests;
  const failed = counts.numFailedTests + counts.numPendingTests + counts.numTodoTests + leaked.length;
  console.log(`${passed} passed, ${failed} failed`);
  const bad = failed > 0 || passed === 0;
  const failure = ended ?? (bad ? new Error("some tests failed, or none ran") : undefined);
  return { files: counts.testResults.length, passed, failed, failure };
}
