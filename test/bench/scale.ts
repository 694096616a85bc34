import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { type BenchRow, report } from "./report.ts";
import { eventLoop } from "./scale/event-loop.ts";
import { manyEndpoints } from "./scale/many-endpoints.ts";
import { manyPorts } from "./scale/many-ports.ts";

const PARTS = [eventLoop, manyEndpoints, manyPorts];

await report("Many endpoints, many published ports, many at once: medians", measureScale);

async function measureScale(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-scale-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  try {
    const rows: BenchRow[] = [];
    for (const part of PARTS) rows.push(...(await part(machine)));
    return rows;
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
