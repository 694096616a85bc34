import type { NetworkHandle, SandboxHandle } from "@cnm/core";
import type { Machine } from "../attach/machine.ts";
import type { BenchRow } from "../report.ts";
import { BareCrowd } from "./bare-crowd.ts";
import { besideAlone, inTurns, type Turns } from "./in-turns.ts";
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
 * A thousand sandboxes join one network, one after the other. The last hundred are measured in turns with the first hundred of
 * the same network on another host.
 */
export async function manyEndpoints(machine: Machine): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [at, { what, subnets }] of CROWDS.entries()) {
    const { one, other, ratio: growth } = await joinAll(machine, `crowd${at}`, subnets);
    rows.push(
      { name: `${what}: join, the first ${JUDGED} of ${ENDPOINTS}`, value: one, unit: "ms" },
      { name: `${what}: join, the last ${JUDGED} of ${ENDPOINTS}`, value: other, unit: "ms" },
      ratio(`${what}: join, last / first`, growth, 1.3, "at most"),
    );
  }
  return [...rows, ...(await alone(machine))];
}

/** How much of the growth is the kernel's. */
async function alone(machine: Machine): Promise<readonly BenchRow[]> {
  const [many, few] = [new BareCrowd(machine, "bare-many"), new BareCrowd(machine, "bare-few")];
  try {
    many.expect(ENDPOINTS);
    for (let joined = 0; joined < ENDPOINTS - JUDGED; joined++) many.join();
    few.expect(JUDGED);
    const turns = await inTurns(
      JUDGED,
      async () => few.join(),
      async () => many.join(),
    );
    const what = "IPv4: a join's requests to the kernel, without cnm";
    return [
      { name: `${what}, the first ${JUDGED}`, value: turns.one, unit: "ms" },
      { name: `${what}, the last ${JUDGED}`, value: turns.other, unit: "ms" },
      { name: `${what}, last / first`, value: turns.ratio, unit: "×" },
    ];
  } finally {
    many.close();
    few.close();
  }
}

async function joinAll(machine: Machine, name: string, subnets: readonly string[]): Promise<Turns> {
  const beside = await besideFirst(machine, `${name}-first`, subnets);
  const many = await Crowd.open(machine, `${name}-many`, subnets);
  const few = await Crowd.open(machine, `${name}-few`, subnets);
  try {
    await many.grow(ENDPOINTS - JUDGED);
    for (const crowd of [many, few]) await crowd.warmUp();
    return await inTurns(
      JUDGED,
      () => few.join(),
      () => many.join(),
      beside,
    );
  } finally {
    await many.close();
    await few.close();
  }
}

/** What goes on beside the first joins where there are no others. */
async function besideFirst(machine: Machine, name: string, subnets: readonly string[]): Promise<number> {
  const crowd = await Crowd.open(machine, name, subnets);
  try {
    await crowd.warmUp();
    return await besideAlone(JUDGED, () => crowd.join());
  } finally {
    await crowd.close();
  }
}

/** A network on a host of its own, and those who join it. */
class Crowd {
  readonly #host: ScaleHost;
  readonly #network: NetworkHandle;
  /** The kernel finds the settings of new namespaces sooner than those of old ones, so both hosts' are made at one time. */
  readonly #waiting: SandboxHandle[] = [];
  #made = 0;

  private constructor(host: ScaleHost, network: NetworkHandle) {
    this.#host = host;
    this.#network = network;
  }

  static async open(machine: Machine, name: string, subnets: readonly string[]): Promise<Crowd> {
    const host = await ScaleHost.open(machine, name);
    return new Crowd(host, await host.cnm.createNetwork({ name, ipam: { subnets } }));
  }

  /** So many more join. */
  async grow(count: number): Promise<void> {
    this.#waiting.push(...(await this.#make(count)));
    for (let joined = 0; joined < count; joined++) await this.join();
  }

  /** Others join and leave again. Those who are to join are there from then on. */
  async warmUp(): Promise<void> {
    this.#waiting.push(...(await this.#make(JUDGED)));
    for (const box of await this.#make(WARM_UP)) await (await box.join(this.#network)).leave();
  }

  async join(): Promise<void> {
    const box = this.#waiting.shift();
    if (box === undefined) throw new Error("nobody is left to join");
    await box.join(this.#network);
  }

  #make(count: number): Promise<readonly SandboxHandle[]> {
    const names = Array.from({ length: count }, () => `box${this.#made++}`);
    return inParallel(names, (name) => this.#host.cnm.createSandbox({ name }));
  }

  close = (): Promise<void> => this.#host.close();
}
