import type { EndpointHandle } from "@cnm/core";
import type { Machine } from "../attach/machine.ts";
import type { BenchRow } from "../report.ts";
import { inTurns } from "../scale/in-turns.ts";
import { ratio } from "../scale/ratio.ts";
import { inParallel, ScaleHost } from "../scale/scale-host.ts";

const SERVICES = 200;
const TASKS = 10;
const CHANGES = 60;
const FIRST_PORT = 10_000;

/** The whole way: one of ten tasks changes its health, and every sandbox of the network is told. */
export async function taskChanges(machine: Machine): Promise<readonly BenchRow[]> {
  const many = await Staffed.open(machine, "many", SERVICES);
  const few = await Staffed.open(machine, "few", 1);
  try {
    const {
      one,
      other,
      ratio: growth,
    } = await inTurns(
      CHANGES,
      (round) => few.change(round),
      (round) => many.change(round),
    );
    const what = `health of one of ${TASKS} tasks, until ${TASKS} sandboxes know`;
    return [
      { name: `${what}, 1 service`, value: one, unit: "ms" },
      { name: `${what}, ${SERVICES} services`, value: other, unit: "ms" },
      ratio(`${what}: ${SERVICES} / 1`, growth, 1.5, "at most"),
    ];
  } finally {
    await many.close();
    await few.close();
  }
}

/** A host with so many services on one network, and the tasks of one of them. */
class Staffed {
  readonly #host: ScaleHost;
  readonly #task: EndpointHandle;

  private constructor(host: ScaleHost, task: EndpointHandle) {
    this.#host = host;
    this.#task = task;
  }

  static async open(machine: Machine, name: string, services: number): Promise<Staffed> {
    const host = await ScaleHost.open(machine, name);
    await host.cnm.createNetwork({ name: "net", ipam: { subnets: ["10.69.0.0/16"] } });
    const names = Array.from({ length: services }, (_, at) => `web${at}`);
    await inParallel([...names.entries()], ([at, one]) =>
      host.cnm.createService({ name: one, networks: ["net"], ports: [{ published: FIRST_PORT + at, target: 80 }] }),
    );
    const [task] = await inParallel(
      Array.from({ length: TASKS }, (_, at) => `task${at}`),
      async (box) => (await host.cnm.createSandbox({ name: box })).join("net", { service: "web0" }),
    );
    if (task === undefined) throw new Error("there is no task");
    return new Staffed(host, task);
  }

  change = (round: number): Promise<void> => this.#task.setHealth(round % 2 === 0 ? "unhealthy" : "healthy");

  async close(): Promise<void> {
    await this.#host.close();
  }
}
