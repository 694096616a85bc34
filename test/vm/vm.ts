import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { debianKernel } from "./debian-kernel.ts";
import type { GuestEvent } from "./guest-event.ts";
import { makeInitramfs } from "./initramfs.ts";
import { consoleLog, runMachine } from "./machine.ts";

/** Emulation, against the same machine without. */
const SLOWNESS = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quiet: { type: "string", default: "300" },
    limit: { type: "string", default: "1800" },
  },
});

const checkout = process.cwd();
const guest = join(checkout, "test/vm/guest");
const kernel = debianKernel();
const scratch = mkdtempSync(join(tmpdir(), "vm-"));
const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(1);
let result: Extract<GuestEvent, { event: "ended" }> | undefined;
let booted: string | undefined;

try {
  await runMachine({
    kernel,
    initramfs: makeInitramfs({ kernel, init: join(guest, "init"), files: guestFiles() }, scratch),
    scratch,
    quiet: Number(values.quiet),
    limit: Number(values.limit),
    onOutput: (chunk) => process.stdout.write(chunk),
    onEvent: (event) => {
      if (event.event === "ended") result = event;
      else {
        booted = seconds();
        console.log(`vm: Debian's ${kernel.version} is up after ${booted} s`);
      }
    },
  });
  if (result === undefined) throw new Error("the machine went off without a result");
  console.log(
    `vm: ${result.passed + result.failed} tests run inside on ${result.kernel}, ${result.passed} passed, ` +
      `${result.failed} failed; booted in ${booted} s, ${seconds()} s in all`,
  );
  if (result.failed > 0 || result.passed === 0) process.exitCode = 1;
} catch (error) {
  console.error(`vm: ${error instanceof Error ? error.message : String(error)}; the last words of its kernel:`);
  console.error(lastWords());
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

/** What the machine finds in its initramfs, besides programs. */
function guestFiles(): Readonly<Record<string, string>> {
  const environment = { PATH: process.env["PATH"], CNM_SLOWNESS: String(SLOWNESS) };
  return {
    "request.json": JSON.stringify({ folder: checkout, env: environment, filters: positionals }),
    paths: [join(kernel.folder, "lib/modules"), join(guest, "second-stage"), ""].join("\n"),
    program: [process.execPath, join(guest, "run.mjs"), ""].join("\n"),
  };
}

function lastWords(): string {
  try {
    return readFileSync(consoleLog(scratch), "utf8").split("\n").slice(-40).join("\n");
  } catch {
    return "none";
  }
}
