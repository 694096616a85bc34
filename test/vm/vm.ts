import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleTests } from "./bundle-tests.ts";
import { chooseTests, suite } from "./choose-tests.ts";
import { debianKernel } from "./debian-kernel.ts";
import type { GuestResult } from "./guest-event.ts";
import { type GuestSpec, runGuest } from "./run-guest.ts";
import { parseTestCounts } from "./test-counts.ts";

/** Emulation, against the same machine without. */
const SLOWNESS = 20;

/** Fails what the kernel cannot run, inside too. */
const SETUP = "test/kernel/setup.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quiet: { type: "string", default: "300" },
    limit: { type: "string", default: "1800" },
    machines: { type: "string", default: "1" },
    suite: { type: "string" },
    testNamePattern: { type: "string", short: "t" },
  },
});

try {
  process.exitCode = (await runTests(process.cwd())) ? 0 : 1;
} catch (error) {
  console.error(`vm: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function runTests(checkout: string): Promise<boolean> {
  const chosen = values.suite ?? (positionals.length === 0 ? "kernel" : undefined);
  const files = chooseTests(checkout, [...positionals, ...(chosen === undefined ? [] : suite(chosen))]);
  const kernel = debianKernel();
  const folder = join(checkout, "test/vm/guest");
  const bundles = await bundleTests(checkout, [...files, SETUP]);
  const env = { PATH: process.env["PATH"], CNM_SLOWNESS: String(SLOWNESS), CNM_TESTS: bundles };
  const pattern = values.testNamePattern === undefined ? [] : [`--testNamePattern=${values.testNamePattern}`];
  let began = 0;
  const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
  let booted = "";
  const guest: GuestSpec = {
    kernel,
    folder,
    request: {
      env,
      job: join(folder, "tests.mjs"),
      args: [`--config=${join(folder, "vitest.config.mjs")}`, ...pattern],
    },
    quiet: Number(values.quiet),
    limit: Number(values.limit),
    onOutput: (chunk) => process.stdout.write(chunk),
    onBoot: () => {
      booted = seconds();
      console.log(`vm: Debian's ${kernel.version} is up after ${booted} s; ${files.length} test files to run`);
    },
  };
  const ended = await oneOf(Number(values.machines), () => {
    began = performance.now();
    return runGuest(guest);
  });
  const { files: ran, passed, failed } = parseTestCounts(ended.result);
  if (ran !== files.length) throw new Error(`${files.length} test files were to run, and ${ran} did`);
  console.log(
    `vm: ${passed + failed} tests run inside on ${ended.kernel}, ${passed} passed, ${failed} failed; ` +
      `booted in ${booted} s, ${seconds()} s in all`,
  );
  return failed === 0 && passed > 0;
}

/** A machine that comes to no result, by its emulator or its kernel, is followed by another: tests that fail are a result. */
async function oneOf(machines: number, run: () => Promise<GuestResult>): Promise<GuestResult> {
  for (let machine = 1; ; machine++) {
    try {
      return await run();
    } catch (error) {
      if (machine >= machines) throw error;
      console.error(`vm: machine ${machine} of at most ${machines}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
