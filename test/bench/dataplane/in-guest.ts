import type { BenchRow } from "../report.ts";
import { measureDriver } from "./measure-driver.ts";
import type { Driver } from "./sides.ts";

/** The part of the benchmark that is run on another kernel. */
export default async function measureThere(drivers: readonly Driver[]): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const driver of drivers) rows.push(...(await measureDriver(driver)));
  return rows;
}
