import type { Machine } from "../attach/machine.ts";
import { type BenchRow, median, timed } from "../report.ts";
import { ratio } from "./ratio.ts";
import { inParallel, ScaleHost } from "./scale-host.ts";

const ENDPOINTS = 1_000;
const JUDGED = 100;
const WARM_UP = 30;

const CROWDS = [
  { what: "IPv4", subnets: ["10.64.0.0/16"] },
  { what: "IPv4 and IPv6", subnets: ["10.64.0.0/16", "fd64::/64"] },
] as const;

/**
 * A thousand sandboxes join one network, one after the other: the first hundred joins against the last hundred. All that the
 * others' presence costs is in it: each new address is announced, and IPv6 interfaces report themselves, to every port.
 */
export async function manyEndpoints(machine: Machine): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [at, { what, subnets }] of CROWDS.entries()) {
    const times = await joinAll(machine, `crowd${at}`, subnets);
    const [first, last] = [median(times.slice(0, JUDGED)), median(times.slice(-JUDGED))];
    rows.push(
      { name: `${what}: join, the first ${JUDGED} of ${ENDPOINTS}`, value: first, unit: "ms" },
      { name: `${what}: join, the last ${JUDGED} of ${ENDPOINTS}`, value: last, unit: "ms" },
      ratio(`${what}: join, last / first`, last / first, 1.3, "at most"),
    );
  }
  return rows;
}

async function joinAll(machine: Machine, name: string, subnets: readonly string[]): Promise<readonly number[]> {
  const host = await ScaleHost.open(machine, name);
  try {
    const network = await host.cnm.createNetwork({ name, ipam: { subnets } });
    const names = Array.from({ length: ENDPOINTS }, (_, at) => `box${at}`);
    const boxes = await inParallel(names, (box) => host.cnm.createSandbox({ name: box }));
    // With sandboxes that join last, so that they are as new to the network as the others.
    for (const box of boxes.slice(-WARM_UP)) await (await box.join(network)).leave();
    const times: number[] = [];
    for (const box of boxes) times.push(await timed(async () => void (await box.join(network))));
    return times;
  } finally {
    await host.close();
  }
}
