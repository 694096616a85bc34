import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleTests } from "./bundle-tests.ts";
import { chooseTests } from "./choose-tests.ts";
import { debianKernel } from "./debian-kernel.ts";
import type { GuestEvent } from "./guest-event.ts";
import { makeInitramfs } from "./initramfs.ts";
import { consoleLog, runMachine } from "./machine.ts";

/** Emulation, against the same machine without. */
const SLOWNESS = 20;

/** Fails what the kernel cannot run, inside too. */
const SETUP = "test/kernel/setup.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quiet: { type: "string", default: "300" },
    limit: { type: "string", default: "1800" },
    testNamePattern: { type: "string", short: "t" },
  },
});

const checkout = process.cwd();
const files = chooseTests(checkout, positionals);
const kernel = debianKernel();
const scratch = mkdtempSync(join(tmpdir(), "vm-"));
try {
  process.exitCode = (await runTests()) ? 0 : 1;
} catch (error) {
  console.error(`vm: ${error instanceof Error ? error.message : String(error)}; the last words of its kernel:`);
  console.error(lastWords());
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

async function runTests(): Promise<boolean> {
  const tests = await bundleTests(checkout, [...files, SETUP]);
  const initramfs = makeInitramfs({ kernel, init: guest("init"), files: guestFiles(tests) }, scratch);
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
  let result: Extract<GuestEvent, { event: "ended" }> | undefined;
  let booted = "";
  await runMachine({
    kernel,
    initramfs,
    scratch,
    quiet: Number(values.quiet),
    limit: Number(values.limit),
    onOutput: (chunk) => process.stdout.write(chunk),
    onEvent: (event) => {
      if (event.event === "ended") result = event;
      else {
        booted = seconds();
        console.log(`vm: Debian's ${kernel.version} is up after ${booted} s; ${files.length} test files to run`);
      }
    },
  });
  if (result === undefined) throw new Error("the machine went off without a result");
  const { passed, failed } = result;
  if (result.files !== files.length) throw new Error(`${files.length} test files were to run, and ${result.files} did`);
  console.log(
    `vm: ${passed + failed} tests run inside on ${result.kernel}, ${passed} passed, ${failed} failed; ` +
      `booted in ${booted} s, ${seconds()} s in all`,
  );
  return failed === 0 && passed > 0;
}

/** What the machine finds in its initramfs, besides programs. */
function guestFiles(tests: string): Readonly<Record<string, string>> {
  const env = { PATH: process.env["PATH"], CNM_SLOWNESS: String(SLOWNESS), CNM_TESTS: tests };
  const pattern = values.testNamePattern === undefined ? [] : [`--testNamePattern=${values.testNamePattern}`];
  const args = [`--config=${guest("vitest.config.mjs")}`, ...pattern];
  return {
    "request.json": JSON.stringify({ env, args }),
    paths: [join(kernel.folder, "lib/modules"), guest("second-stage"), ""].join("\n"),
    program: [process.execPath, guest("run.mjs"), ""].join("\n"),
  };
}

function guest(name: string): string {
  return join(checkout, "test/vm/guest", name);
}

function lastWords(): string {
  try {
    return readFileSync(consoleLog(scratch), "utf8").split("\n").slice(-40).join("\n");
  } catch {
    return "none";
  }
}
