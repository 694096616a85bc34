import { setTimeout as sleep } from "node:timers/promises";
import type { NetworkHandle, SandboxHandle } from "@cnm/core";
import type { Machine } from "../attach/machine.ts";
import type { BenchRow } from "../report.ts";
import { inTurns } from "./in-turns.ts";
import { ratio } from "./ratio.ts";
import { inParallel, ScaleHost } from "./scale-host.ts";

const ENDPOINTS = 1_000;
const JUDGED = 100;
const WARM_UP = 30;
/** Addresses are announced for two seconds after a join. */
const ANNOUNCED = 2_500;

/**
 * The first hundred endpoints of a network against the last hundred of a thousand: two hosts in turns, after announcements have
 * ended. What a crowded network costs the whole kernel (neighbour discovery floods every port) meets both hosts, so
 * growth of that kind is hidden here.
 */
export async function manyEndpoints(machine: Machine): Promise<readonly BenchRow[]> {
  const few = await Crowd.open(machine, "few", JUDGED);
  const many = await Crowd.open(machine, "many", ENDPOINTS);
  try {
    await inParallel(many.boxes.slice(0, ENDPOINTS - JUDGED), (box) => box.join(many.network));
    await few.warmUp();
    await sleep(ANNOUNCED);
    const [first, last] = await inTurns(
      JUDGED,
      (round) => few.join(round),
      (round) => many.join(ENDPOINTS - JUDGED + round),
    );
    return [
      { name: `join: the first ${JUDGED} endpoints of a network`, value: first, unit: "ms" },
      { name: `join: the last ${JUDGED} of ${ENDPOINTS}`, value: last, unit: "ms" },
      ratio("join: last / first", last / first, 1.3, "at most"),
    ];
  } finally {
    await few.close();
    await many.close();
  }
}

/** A network, and sandboxes that may join it. */
class Crowd {
  readonly network: NetworkHandle;
  readonly boxes: readonly SandboxHandle[];
  readonly #host: ScaleHost;

  private constructor(host: ScaleHost, network: NetworkHandle, boxes: readonly SandboxHandle[]) {
    this.#host = host;
    this.network = network;
    this.boxes = boxes;
  }

  static async open(machine: Machine, name: string, size: number): Promise<Crowd> {
    const host = await ScaleHost.open(machine, name);
    const network = await host.cnm.createNetwork({ name, ipam: { subnets: ["10.64.0.0/16", "fd64::/64"] } });
    const names = Array.from({ length: size }, (_, at) => `box${at}`);
    return new Crowd(host, network, await inParallel(names, (box) => host.cnm.createSandbox({ name: box })));
  }

  async join(at: number): Promise<void> {
    await this.boxes[at]?.join(this.network);
  }

  async warmUp(): Promise<void> {
    for (const box of this.boxes.slice(0, WARM_UP)) await (await box.join(this.network)).leave();
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}
