import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";
import { windowsPath } from "./wine.mjs";

/**
 * Runs one suite and prints what failed.
 * @returns {Promise<{ passed: number, failed: number }>} a suite that crashes, hangs or runs no test counts as a failure
 */
export async function runSuite(wine, suite, setup) {
  const name = suite.name.replaceAll("/", "__");
  const output = join(setup.logs, `${name}.log`);
  const began = performance.now();
  const counts = await (suite.program === undefined ? runFiles : runProgram)(wine, suite, setup, name, output).catch(
    (error) => ({
      passed: 0,
      failed: 1,
      fault: error.message,
    }),
  );
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const isGood = counts.failed === 0 && counts.fault === undefined && counts.passed > 0;
  console.log(
    `${isGood ? "ok" : "FAILED"}  ${suite.name}: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`,
  );
  if (isGood) return counts;
  if (counts.fault !== undefined) console.error(`${suite.name}: ${counts.fault}`);
  if (existsSync(output)) console.error(readFileSync(output, "utf8").split("\n").slice(-TAIL).join("\n"));
  return { passed: counts.passed, failed: Math.max(counts.failed, 1) };
}

/** How many lines of a failed suite's output are shown. All are in the log. */
const TAIL = 200;

async function runFiles(wine, suite, { runner, bundles, programs, node, modules, emulator, logs }, name, output) {
  const results = join(logs, `${name}.json`);
  const files = suite.files.map((file) => windowsPath(bundles.get(file)));
  const env = {
    NODE_PATH: windowsPath(modules),
    // Programs that a test starts get them as well: what Wine's views of files lack, LMDB needs.
    NODE_OPTIONS: `--enable-source-maps --require ${windowsPath(join(emulator, "wine-views.node")).replaceAll("\\", "/")}`,
    CNM_TEST_EMULATOR: windowsPath(emulator),
    CNM_TEST_CHECKOUT: windowsPath(root),
    CNM_TEST_PROGRAMS: windowsPath(programs),
  };
  const status = await wine.run(node, [windowsPath(runner), windowsPath(results), ...files], { env, output });
  if (!existsSync(results)) throw new Error(`ended with status ${status} before its results were there`);
  const { passed, failed, faults } = JSON.parse(readFileSync(results, "utf8"));
  return { passed, failed: failed + faults, ...(status === 0 ? {} : { fault: `exit status ${status}` }) };
}

/** A C program says `ok` or `FAILED` of each of its tests, a line each, and ends with 0 when all passed. */
async function runProgram(wine, suite, { emulator }, _name, output) {
  const status = await wine.run(join(emulator, suite.program), [], { env: {}, output });
  const lines = readFileSync(output, "utf8").split(/\r?\n/);
  const passed = lines.filter((line) => line.startsWith("ok ")).length;
  const failed = lines.filter((line) => line.startsWith("FAILED ")).length;
  return { passed, failed, ...(status === 0 ? {} : { fault: `exit status ${status}` }) };
}
