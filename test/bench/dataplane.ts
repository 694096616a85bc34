import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, type Libc, linuxPlatform, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { compare } from "./dataplane/compare.ts";
import { byCnm, byHand, DRIVERS, type Driver, type Side } from "./dataplane/sides.ts";
import { stream } from "./dataplane/stream.ts";
import { type BenchRow, median, report } from "./report.ts";
import { connectionRate } from "./scale/client.ts";
import { serveIperf, stop } from "./scale/throughput.ts";

const ROUNDS = 25;
const BATCHES = 20;
/** Of a batch. */
const CONNECTIONS = 100;
const PORT = 5201;

await report(
  `Two sandboxes on one network, against the same made by hand with ip: medians of ${ROUNDS} interleaved rounds`,
  measureDataPlane,
);

async function measureDataPlane(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dataplane-"));
  const libc = bindLibc(loadFfi());
  const machine = new Machine(libc, folder);
  try {
    const rows: BenchRow[] = [];
    for (const driver of await measurable(machine)) rows.push(...(await measureDriver(libc, machine, driver)));
    return rows;
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Both ends' work is done on this thread: what others do on the machine meanwhile is not in it. */
function perProcessorSecond(libc: Libc, side: Side): number {
  const before = process.cpuUsage();
  connectionRate(libc, { ...side, port: PORT, targetPort: PORT }, BATCHES);
  const { user, system } = process.cpuUsage(before);
  return (BATCHES * CONNECTIONS * 1e6) / (user + system);
}

/** What this kernel has; it is said what it has not. */
async function measurable(machine: Machine): Promise<readonly Driver[]> {
  const platform = await linuxPlatform({ netns: machine.host("probe").path, runDir: machine.path("run-probe") });
  try {
    const features = await platform.features();
    return DRIVERS.filter((driver) => {
      const feature = features[driver];
      if (feature?.available === false) console.error(`not measured: ${driver}, which ${feature.reason}`);
      return feature?.available !== false;
    });
  } finally {
    await platform.close();
  }
}

async function measureDriver(libc: Libc, machine: Machine, driver: Driver): Promise<readonly BenchRow[]> {
  const hand = await byHand(machine, driver);
  const cnm = await byCnm(machine, driver);
  try {
    return [...(await measureThroughput(driver, hand, cnm)), ...(await measureConnections(libc, driver, hand, cnm))];
  } finally {
    await cnm.close();
    await hand.close();
  }
}

async function measureThroughput(driver: Driver, hand: Side, cnm: Side): Promise<readonly BenchRow[]> {
  const servers = [await serveIperf(hand.server.path, PORT), await serveIperf(cnm.server.path, PORT)];
  const walls = { hand: [] as number[], cnm: [] as number[] };
  const perProcessor = async (side: Side, wall: number[]): Promise<number> => {
    const { gigabitsPerSecond, gigabitsPerProcessorSecond } = await stream(side, PORT);
    wall.push(gigabitsPerSecond);
    return gigabitsPerProcessorSecond;
  };
  try {
    const rows = await compare(
      {
        what: `${driver}: one TCP stream`,
        unit: "Gbit/CPU s",
        hand: () => perProcessor(hand, walls.hand),
        cnm: () => perProcessor(cnm, walls.cnm),
      },
      ROUNDS,
    );
    return [
      ...rows,
      // On a machine that does other things, these say more of those.
      { name: `${driver}: one TCP stream by the clock: by hand`, value: median(walls.hand), unit: "Gbit/s" },
      { name: `${driver}: one TCP stream by the clock: cnm`, value: median(walls.cnm), unit: "Gbit/s" },
    ];
  } finally {
    for (const server of servers) await stop(server);
  }
}

function measureConnections(libc: Libc, driver: Driver, hand: Side, cnm: Side): Promise<readonly BenchRow[]> {
  const rate = async (side: Side) => perProcessorSecond(libc, side);
  const measure = {
    what: `${driver}: new TCP connections`,
    unit: "/s of CPU",
    hand: () => rate(hand),
    cnm: () => rate(cnm),
  };
  return compare(measure, ROUNDS);
}
