import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, type Libc, loadFfi } from "@cnm/linux";
import { Machine } from "../attach/machine.ts";
import { type BenchRow, median } from "../report.ts";
import { connectionRate } from "../scale/client.ts";
import { serveIperf, stop } from "../scale/throughput.ts";
import { compare } from "./compare.ts";
import { byCnm, byHand, type Driver, type Side } from "./sides.ts";
import { stream } from "./stream.ts";

export const ROUNDS = 25;
const BATCHES = 20;
/** Of a batch. */
const CONNECTIONS = 100;
const PORT = 5201;

/** One driver's networks beside the same made by hand, on the kernel that this runs on. */
export async function measureDriver(driver: Driver): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-dataplane-"));
  const libc = bindLibc(loadFfi());
  const machine = new Machine(libc, folder);
  try {
    return await measureSides(libc, machine, driver);
  } finally {
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSides(libc: Libc, machine: Machine, driver: Driver): Promise<readonly BenchRow[]> {
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

/** Both ends' work is done on this thread: what others do on the machine meanwhile is not in it. */
function perProcessorSecond(libc: Libc, side: Side): number {
  const before = process.cpuUsage();
  connectionRate(libc, { ...side, port: PORT, targetPort: PORT }, BATCHES);
  const { user, system } = process.cpuUsage(before);
  return (BATCHES * CONNECTIONS * 1e6) / (user + system);
}
