import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { type BenchRow, report } from "./report.ts";
import { manyServices } from "./services/many-services.ts";
import { taskChanges } from "./services/task-changes.ts";
import { traffic } from "./services/traffic.ts";

/** `npm run bench -- services [PART…]`: all of them unless some are named. */
const PARTS = { traffic, "many-services": manyServices, "task-changes": taskChanges };

await report("Services: traffic through a virtual IP, and what many of them cost: medians", measureServices);

async function measureServices(): Promise<readonly BenchRow[]> {
  const names = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) throw new Error(`no part ${unknown}: there are ${Object.keys(PARTS).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-services-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  try {
    const rows: BenchRow[] = [];
    for (const [name, part] of Object.entries(PARTS)) {
      if (names.length === 0 || names.includes(name)) rows.push(...(await part(machine)));
    }
    return rows;
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
