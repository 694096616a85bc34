import assert from "node:assert/strict";
import type { BalancedView, Balancer } from "../contracts/balancer.ts";
import { diffPlans } from "../controller/diff-plans.ts";
import type { EndpointId } from "../model/ids.ts";
import { HOST_OWNER, sameOwner } from "../model/owner.ts";
import type { Change, Resource } from "../model/resource.ts";
import { SCHEDULERS, type Scheduler } from "../model/service.ts";
import { BalancedTasks, type Wish } from "./balanced-tasks.ts";
import type { TestRunner } from "./test-runner.ts";

/** Where virtual IPs are balanced on a host, and the host, so far as it tells what is there. */
export interface BalancerModelWorld {
  readonly balancer: Balancer;
  /** Whose resources, and where: a client's sandbox and its endpoint, or a network and a service. */
  readonly seat: Pick<BalancedView, "owner" | "place">;
  readonly tasks: readonly BalancedTask[];
  /** Addresses of the network that nobody has. */
  readonly vips: Readonly<Record<4 | 6, string>>;
  apply(change: Change): Promise<void>;
  /** What of these resources is not there as asked, in words. */
  missing(wanted: readonly Resource[]): Promise<readonly string[]>;
  /** How many resources of this balancer are there at all. */
  count(): Promise<number>;
}

/** At least three of them, at these addresses, on port 80 TCP and UDP. */
export type BalancedTask = Readonly<Record<4 | 6, string>> & { readonly endpointId: EndpointId };

/** What every balancer has to do, so far as the host's own answers show it. No packet is sent. */
export function balancerModelConformance(
  subject: string,
  open: () => BalancerModelWorld | Promise<BalancerModelWorld>,
  { describe, it }: TestRunner,
): void {
  describe(`balancer ${subject}: what the host shows is what was planned`, () => {
    for (const family of [4, 6] as const) {
      describe(`over IPv${family}`, () => cases(async () => new BalancedTasks(await open(), family), it));
    }
  });
}

function cases(scene: () => Promise<BalancedTasks<BalancerModelWorld>>, it: TestRunner["it"]): void {
  for (const scheduler of SCHEDULERS) {
    it(`${scheduler}: is made, or refused by name`, async () => {
      const tasks = await scene();
      if (tasks.lacks({ scheduler, ports: [] }) !== undefined) return tasks.assertSaysWhy({ scheduler, ports: [] });
      await tasks.become({ scheduler, weights: [1, 1, 1] });
      assert.deepEqual(await tasks.missing(), []);
      await tasks.clear();
    });
  }

  it("plans of its view alone: plain data, each of its own key, with an owner", async () => {
    const tasks = await scene();
    const view = tasks.view([tasks.service({ weights: [1, 1, 0] }), tasks.service({ port: 53, weights: [1, 1, 1] })]);
    const plan = tasks.plan(view);
    tasks.plan(tasks.view([tasks.service({ port: 9_000, weights: [1] })]));
    assert.deepEqual(tasks.plan(structuredClone(view)), plan);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
    assert.equal(new Set(plan.map(({ key }) => key)).size, plan.length);
    for (const { owner, shared } of plan) assert.ok(sameOwner(owner, shared === true ? HOST_OWNER : view.owner));
  });

  it("changes in place", async () => {
    const tasks = await scene();
    const steps: readonly (readonly [Scheduler, readonly number[]])[] = [
      ["rr", [1, 1]],
      ["rr", [1, 1, 1]],
      ["wrr", [3, 1, 2]],
      ["rr", [0, 1, 1]],
      ["sh", [1, 1, 1]],
      ["rr", []],
      ["rr", [1]],
    ];
    for (const [scheduler, weights] of steps) {
      if (tasks.lacks({ scheduler, ports: [] }) !== undefined) continue;
      await tasks.become({ scheduler, weights });
      assert.deepEqual(await tasks.missing(), []);
    }
    await tasks.clear();
    assert.equal(await tasks.count(), 0);
  });

  it("has TCP and UDP side by side, and clients that keep their tasks", async () => {
    const tasks = await scene();
    const weights = [1, 1, 1];
    const wishes: readonly Wish[] = [
      { protocol: "tcp", weights },
      { protocol: "udp", weights },
      { affinity: 600, port: 8_081, weights },
    ];
    await tasks.becomeAll(wishes.map((wish) => tasks.service(wish)));
    assert.deepEqual(await tasks.missing(), []);
    await tasks.clear();
    assert.equal(await tasks.count(), 0);
  });

  it("changes nothing of one service for another's sake", async () => {
    const tasks = await scene();
    const others = Array.from({ length: 20 }, (_, number) => tasks.service({ port: 9_000 + number, weights: [1, 1] }));
    const planned = (first: Wish) => tasks.plan(tasks.view([tasks.service(first), ...others]));
    const mine = new Set(tasks.plan(tasks.view([tasks.service({ weights: [1, 1, 1] })])).map(({ key }) => key));
    const { remove, add } = diffPlans(planned({ weights: [1, 1] }), planned({ weights: [1, 1, 1] }));
    assert.notDeepEqual(add, []);
    for (const { key } of [...remove, ...add]) assert.ok(mine.has(key), key);

    await tasks.becomeAll([tasks.service({ weights: [1, 1, 1] }), ...others]);
    assert.deepEqual(await tasks.missing(), []);
    await tasks.becomeAll(others.slice(1));
    assert.deepEqual(await tasks.missing(), []);
    await tasks.clear();
    assert.equal(await tasks.count(), 0);
  });

  it("names what is missing, and what is there otherwise", async () => {
    const tasks = await scene();
    const wanted = tasks.plan(tasks.view([tasks.service({ weights: [1, 1] })]));
    assert.notDeepEqual(await tasks.missing(wanted), []);
    for (const other of [
      { weights: [1, 1, 1] },
      { weights: [1] },
      { weights: [1, 0, 1] },
      { scheduler: "sh", weights: [1, 1] },
    ] as const) {
      await tasks.become(other);
      assert.notDeepEqual(await tasks.missing(wanted), [], JSON.stringify(other));
    }
    await tasks.become({ weights: [1, 1] });
    assert.deepEqual(await tasks.missing(wanted), []);
    await tasks.clear();
  });

  it("making what is there and removing what is gone are no errors", async () => {
    const tasks = await scene();
    await tasks.become({ weights: [1, 1, 1] });
    await tasks.repeat();
    assert.deepEqual(await tasks.missing(), []);
    await tasks.clear();
    await tasks.removeAgain();
    assert.equal(await tasks.count(), 0);
  });
}
