import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linuxPlatform } from "@cnm/linux";
import { measureDriver, ROUNDS } from "./dataplane/measure-driver.ts";
import { measureInVm } from "./dataplane/measure-in-vm.ts";
import { DRIVERS, type Driver } from "./dataplane/sides.ts";
import { type BenchRow, report } from "./report.ts";

await report(
  `Two sandboxes on one network, against the same made by hand with ip: medians of ${ROUNDS} interleaved rounds`,
  measureDataPlane,
);

async function measureDataPlane(): Promise<readonly BenchRow[]> {
  const here = await driversOfThisKernel();
  const rows: BenchRow[] = [];
  for (const driver of here) rows.push(...(await measureDriver(driver)));
  const elsewhere = DRIVERS.filter((driver) => !here.includes(driver));
  return elsewhere.length === 0 ? rows : [...rows, ...(await measureInVm(elsewhere))];
}

async function driversOfThisKernel(): Promise<readonly Driver[]> {
  const runDir = mkdtempSync(join(tmpdir(), "cnm-bench-features-"));
  const platform = await linuxPlatform({ runDir });
  try {
    const features = await platform.features();
    return DRIVERS.filter((driver) => features[driver]?.available !== false);
  } finally {
    await platform.close();
    rmSync(runDir, { recursive: true, force: true });
  }
}
