import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { startTests, type Task, type Test, type VitestRunner } from "@vitest/runner";

/**
 * Runs bundled test files in this process, with vitest's own runner, and without its server: `run-files RESULTS FILE…`.
 * A line a test, so that whoever listens hears whether it goes on; the counts, as JSON, to RESULTS.
 */
const [results = "", ...files] = process.argv.slice(2);
const pattern = process.env["CNM_TEST_NAME"];

const runner: VitestRunner = {
  config: {
    root: process.cwd(),
    setupFiles: [],
    name: "windows",
    passWithNoTests: false,
    testNamePattern: pattern === undefined ? undefined : new RegExp(pattern),
    allowOnly: false,
    sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
    includeTaskLocation: undefined,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  },
  importFile: (path) => import(pathToFileURL(path).href),
  onAfterRunTask: report,
};

// What `expect` and `vi` of the vitest package look for.
Object.defineProperty(globalThis, "__vitest_worker__", {
  value: {
    config: { ...runner.config, expect: {}, fakeTimers: {} },
    ctx: {},
    providedContext: {},
    onCleanup: () => {},
  },
});

const ran = await startTests(files, runner);
const tests = ran.flatMap((file) => testsOf(file));
const faults = ran.flatMap((file) => suitesOf(file)).filter((suite) => suite.result?.state === "fail");
for (const fault of faults) describeErrors(fault);
const passed = tests.filter((test) => test.result?.state === "pass").length;
writeFileSync(results, JSON.stringify({ passed, failed: tests.length - passed, faults: faults.length }));
// What a test has left open must not keep it from ending.
process.exit(passed === tests.length && faults.length === 0 && passed > 0 ? 0 : 1);

function report(test: Test): void {
  const isPassed = test.result?.state === "pass";
  console.log(`${isPassed ? "ok" : "FAILED"}  ${nameOf(test)}`);
  if (!isPassed) describeErrors(test);
}

function describeErrors(task: Task): void {
  for (const error of task.result?.errors ?? []) {
    console.log(`  ${nameOf(task)}: ${error.stack ?? error.message}`);
    if (error.diff !== undefined) console.log(error.diff);
  }
}

function nameOf(task: Task): string {
  return task.suite === undefined ? task.name : `${nameOf(task.suite)} > ${task.name}`;
}

function testsOf(task: Task): readonly Test[] {
  return task.type === "test" ? [task] : task.tasks.flatMap(testsOf);
}

function suitesOf(task: Task): readonly Task[] {
  return task.type === "test" ? [] : [task, ...task.tasks.flatMap(suitesOf)];
}
