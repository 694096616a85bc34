import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { type BenchRow, report } from "./report.ts";
import { eventLoop } from "./scale/event-loop.ts";
import { manyEndpoints } from "./scale/many-endpoints.ts";
import { manyPorts } from "./scale/many-ports.ts";

/** `npm run bench -- scale [PART…]`: all of them unless some are named. */
const PARTS = { "event-loop": eventLoop, "many-endpoints": manyEndpoints, "many-ports": manyPorts };

await report("Many endpoints, many published ports, many at once: medians", measureScale);

async function measureScale(): Promise<readonly BenchRow[]> {
  const chosen = chosenParts();
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-scale-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  try {
    const rows: BenchRow[] = [];
    for (const part of chosen) rows.push(...(await part(machine)));
    return rows;
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function chosenParts() {
  const names = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
  const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) throw new Error(`no part ${unknown}: there are ${Object.keys(PARTS).join(", ")}`);
  return Object.entries(PARTS).flatMap(([name, part]) => (names.length === 0 || names.includes(name) ? [part] : []));
}
