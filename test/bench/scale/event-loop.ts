import type { Machine } from "../attach/machine.ts";
import type { BenchRow } from "../report.ts";
import { inParallel, ScaleHost } from "./scale-host.ts";
import { StallWatch } from "./stall-watch.ts";

const ENDPOINTS = 200;
const ROUNDS = 5;
const LIMIT = 20;

/** Whether a server that uses the library goes on answering while many sandboxes come and go at once. */
export async function eventLoop(machine: Machine): Promise<readonly BenchRow[]> {
  const host = await ScaleHost.open(machine, "loop");
  try {
    const subnets = ["10.65.0.0/16", "fd65::/64"];
    const network = await host.cnm.createNetwork({ name: "crowd", ipam: { subnets } });
    const names = Array.from({ length: ENDPOINTS }, (_, at) => `box${at}`);
    const boxes = await inParallel(names, (name) => host.cnm.createSandbox({ name }));
    const round = async (): Promise<void> => {
      const endpoints = await Promise.all(boxes.map((box) => box.join(network)));
      await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
    };
    await round();

    const watch = new StallWatch();
    for (let count = 0; count < ROUNDS; count++) await round();
    const { p99, longest, longestOwn } = watch.end();
    const what = `${ENDPOINTS} join and leave at once: event loop late`;
    return [
      { name: `${what}, 99 of 100 times`, value: p99, unit: "ms" },
      { name: `${what}, longest`, value: longest, unit: "ms" },
      // On a machine that is busy with other things, each of those makes the loop late, and that says nothing of ours.
      {
        name: `${what}, longest of its own doing`,
        value: longestOwn,
        unit: "ms",
        target: `≤ ${LIMIT} ms`,
        met: longestOwn <= LIMIT,
      },
    ];
  } finally {
    await host.close();
  }
}
