import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { debianKernel } from "../../vm/debian-kernel.ts";
import { runGuest } from "../../vm/run-guest.ts";
import type { BenchRow } from "../report.ts";
import type { Driver } from "./sides.ts";

/** Seconds without a word, and in all: a driver takes some five minutes there. */
const QUIET = 1_200;
const LIMIT = 1_800;

/** What this kernel has not is measured on Debian's, in an emulated machine: slower by far, but both sides alike. */
export async function measureInVm(drivers: readonly Driver[]): Promise<readonly BenchRow[]> {
  const kernel = debianKernel();
  const { result } = await runGuest({
    kernel,
    folder: join(process.cwd(), "test/vm/guest"),
    request: {
      env: { PATH: process.env["PATH"] },
      job: fileURLToPath(new URL("in-guest.mjs", import.meta.url)),
      args: drivers,
    },
    quiet: QUIET,
    limit: LIMIT,
    onOutput: (chunk) => process.stderr.write(chunk),
    onBoot: () => console.error(`${drivers.join(", ")}: measured on ${kernel.version}, in an emulated machine`),
  });
  return parseRows(result).map((row) => ({ ...row, name: `${row.name} (emulated)` }));
}

function parseRows(result: unknown): readonly BenchRow[] {
  if (Array.isArray(result) && result.length > 0 && result.every(isRow)) return result;
  throw new Error(`the machine tells no measurements: ${JSON.stringify(result)}`);
}

function isRow(row: unknown): row is BenchRow {
  if (typeof row !== "object" || row === null) return false;
  return "name" in row && typeof row.name === "string" && "value" in row && Number.isFinite(row.value);
}
