import assert from "node:assert/strict";
import type { BalancedView, Balancer, VirtualService } from "../contracts/balancer.ts";
import { diffPlans } from "../controller/diff-plans.ts";
import type { Resource } from "../model/resource.ts";
import type { Scheduler } from "../model/service.ts";
import type { BalancerWorld, OpenConnection, TaskAnswer } from "./balancer-conformance.ts";
import type { BalancedTask, BalancerModelWorld } from "./balancer-model-conformance.ts";

export const VIRTUAL_PORT = 8080;
const TASK_PORT = 80;
const TIMEOUTS = { tcp: 7_200, tcpFin: 120, udp: 180 };

export interface Wish {
  readonly scheduler?: Scheduler;
  readonly affinity?: number;
  readonly protocol?: "tcp" | "udp";
  readonly port?: number;
  /** One for each task, from the first on. */
  readonly weights: readonly number[];
}

/** A virtual IP that is led from one state to the next, as a controller does it: by the difference of plans. */
export class BalancedTasks<World extends BalancerModelWorld = BalancerModelWorld> {
  protected readonly world: World;
  protected readonly family: 4 | 6;
  #plan: readonly Resource[] = [];
  #last: readonly Resource[] = [];

  constructor(world: World, family: 4 | 6) {
    this.world = world;
    this.family = family;
  }

  lacks(service: Parameters<Balancer["lacks"]>[0]): string | undefined {
    return this.world.balancer.lacks(service);
  }

  assertSaysWhy(service: Parameters<Balancer["lacks"]>[0]): void {
    assert.match(this.lacks(service) ?? "", new RegExp(`^scheduler ${service.scheduler}: .`));
  }

  service({ scheduler = "rr", affinity, protocol = "tcp", port = VIRTUAL_PORT, weights }: Wish): VirtualService {
    return {
      serviceId: "5e".repeat(32),
      address: this.world.vips[this.family],
      protocol,
      port,
      scheduler,
      ...(affinity === undefined ? {} : { affinity }),
      timeouts: TIMEOUTS,
      backends: weights.map((weight, index) => ({
        endpointId: taskAt(this.world, index).endpointId,
        address: taskAt(this.world, index)[this.family],
        port: TASK_PORT,
        weight,
      })),
    };
  }

  become(wish: Wish): Promise<void> {
    return this.becomeAll([this.service(wish)]);
  }

  view(services: readonly VirtualService[]): BalancedView {
    return { ...this.world.seat, services };
  }

  plan(view: BalancedView): readonly Resource[] {
    return this.world.balancer.plan(view);
  }

  async becomeAll(services: readonly VirtualService[]): Promise<void> {
    const plan = this.plan(this.view(services));
    await this.world.apply(diffPlans(this.#plan, plan));
    this.#plan = plan;
  }

  async clear(): Promise<void> {
    this.#last = this.#plan;
    await this.world.apply({ remove: this.#plan, add: [] });
    this.#plan = [];
  }

  repeat(): Promise<void> {
    return this.world.apply({ remove: [], add: this.#plan });
  }

  removeAgain(): Promise<void> {
    return this.world.apply({ remove: this.#last, add: [] });
  }

  missing(wanted: readonly Resource[] = this.#plan): Promise<readonly string[]> {
    return this.world.missing(wanted);
  }

  count(): Promise<number> {
    return this.world.count();
  }
}

/** The same, and connections to it. */
export class AskedTasks extends BalancedTasks<BalancerWorld> {
  get clientAddress(): string {
    return this.world.clientAddress[this.family];
  }

  askOnce(port = VIRTUAL_PORT): Promise<TaskAnswer | undefined> {
    return this.world.ask(this.world.vips[this.family], port, "tcp");
  }

  async askOften(times: number, protocol: "tcp" | "udp" = "tcp"): Promise<readonly TaskAnswer[]> {
    const answers: TaskAnswer[] = [];
    for (let round = 0; round < times; round++) {
      const answer = await this.world.ask(this.world.vips[this.family], VIRTUAL_PORT, protocol);
      if (answer === undefined) throw new Error(`no answer to connection ${round + 1} of ${times}`);
      answers.push(answer);
    }
    return answers;
  }

  /** Many, some of them at the same time. */
  async askAtOnce(times: number, width = 20): Promise<readonly TaskAnswer[]> {
    const lanes = Array.from({ length: width }, () => this.askOften(times / width));
    return (await Promise.all(lanes)).flat();
  }

  witness({ protocol = "tcp", port = VIRTUAL_PORT }: Wish): Promise<Readonly<Record<string, number>> | undefined> {
    return this.world.witness({ address: this.world.vips[this.family], protocol, port });
  }

  /** The share that each task is to have, as a witness says it. */
  shares(wish: Wish): Readonly<Record<string, number>> {
    const { backends } = this.service(wish);
    const takers = backends.filter(({ weight }) => weight > 0);
    return Object.fromEntries(takers.map(({ address, port, weight }) => [`${address} ${port}`, weight]));
  }

  openOne(): Promise<OpenConnection> {
    return this.world.open(this.world.vips[this.family], VIRTUAL_PORT);
  }
}

function taskAt({ tasks }: BalancerModelWorld, index: number): BalancedTask {
  const task = tasks[index];
  if (task === undefined) throw new Error(`this world has no task ${index}`);
  return task;
}
