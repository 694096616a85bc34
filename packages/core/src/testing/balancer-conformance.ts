import assert from "node:assert/strict";
import type { VirtualService } from "../contracts/balancer.ts";
import { AskedTasks, type Wish } from "./balanced-tasks.ts";
import { type BalancerModelWorld, balancerModelConformance } from "./balancer-model-conformance.ts";
import type { TestRunner } from "./test-runner.ts";

/** Sandboxes on one network, for real: a client, and tasks that answer with their number and their client's address. */
export interface BalancerWorld extends BalancerModelWorld {
  /** What the client's own address is, as tasks have to see it. */
  readonly clientAddress: Readonly<Record<4 | 6, string>>;
  /** Connects from the client's namespace, each time from another port. Undefined: refused, or no answer. */
  ask(address: string, port: number, protocol: "tcp" | "udp"): Promise<TaskAnswer | undefined>;
  /** A connection that stays open; it tells which task it has, again and again. */
  open(address: string, port: number): Promise<OpenConnection>;
  /**
   * Asks a program that is not ours where the host leads a virtual port: "10.7.0.2 80" → its share of the connections, those
   * without one left out. Undefined: that program sees no such port.
   */
  witness(port: WitnessedPort): Promise<Readonly<Record<string, number>> | undefined>;
}

export type WitnessedPort = Pick<VirtualService, "address" | "protocol" | "port">;

export interface TaskAnswer {
  readonly task: number;
  readonly client: string;
}

export interface OpenConnection {
  /** @throws when it has broken */
  task(): Promise<number>;
  close(): void;
}

/** So that each of one, two, three and six parts is a whole number. */
const ROUNDS = 60;

/** Enough that a spread by chance would show, and a turn that is lost now and then as well. */
const MANY = 3_000;

/** What every balancer has to do, whatever it is made of: what the host shows of it, and where connections come out. */
export function balancerConformance(
  subject: string,
  open: () => BalancerWorld | Promise<BalancerWorld>,
  { describe, it }: TestRunner,
): void {
  balancerModelConformance(subject, open, { describe, it });
  describe(`balancer ${subject}: connections`, () => {
    for (const family of [4, 6] as const) {
      describe(`over IPv${family}`, () => cases(family, open, it));
    }
  });
}

function cases(family: 4 | 6, open: () => BalancerWorld | Promise<BalancerWorld>, it: TestRunner["it"]): void {
  const scene = async (): Promise<AskedTasks> => new AskedTasks(await open(), family);

  for (const scheduler of ["rr", "wrr", "lc", "wlc"] as const) {
    it(`${scheduler} gives each task its share, and shows it the client's own address`, async () => {
      const tasks = await scene();
      if (tasks.lacks({ scheduler, ports: [] }) !== undefined) return tasks.assertSaysWhy({ scheduler, ports: [] });
      await tasks.become({ scheduler, weights: [1, 1, 1] });
      const answers = await tasks.askOften(ROUNDS);
      for (const { client } of answers) assert.equal(client, tasks.clientAddress);
      assert.deepEqual(shares(answers), [ROUNDS / 3, ROUNDS / 3, ROUNDS / 3]);
      await tasks.clear();
    });
  }

  it(`spreads ${MANY} connections within 5 % of even, and shows each task the client's own address`, async () => {
    const tasks = await scene();
    await tasks.become({ scheduler: "rr", weights: [1, 1, 1] });
    const answers = await tasks.askAtOnce(MANY);
    assert.equal(answers.length, MANY);
    for (const share of shares(answers)) assert.ok(Math.abs(share - MANY / 3) <= (MANY / 3) * 0.05, `${share}`);
    assert.deepEqual([...new Set(answers.map(({ client }) => client))], [tasks.clientAddress]);
    await tasks.clear();
  });

  it("somebody else's program sees each port lead to the tasks of the model, each with its share", async () => {
    const tasks = await scene();
    const wishes: readonly Wish[] = [
      { scheduler: "rr", weights: [1, 1, 1] },
      { scheduler: "rr", weights: [1, 0, 1] },
      { scheduler: "wrr", weights: [1, 2, 3], port: 9_000 },
      { scheduler: "wrr", weights: [1, 2, 3], protocol: "udp" },
      { scheduler: "rr", weights: [] },
    ];
    for (const wish of wishes) {
      await tasks.become(wish);
      assert.deepEqual(await tasks.witness(wish), tasks.shares(wish), JSON.stringify(wish));
    }
    await tasks.becomeAll(wishes.slice(1, 4).map((wish) => tasks.service(wish)));
    for (const wish of wishes.slice(1, 4)) assert.deepEqual(await tasks.witness(wish), tasks.shares(wish));
    await tasks.clear();
    for (const wish of wishes) assert.equal(await tasks.witness(wish), undefined);
  });

  it("weights divide the connections", async () => {
    const tasks = await scene();
    await tasks.become({ scheduler: "wrr", weights: [1, 2, 3] });
    assert.deepEqual(shares(await tasks.askOften(ROUNDS)), [ROUNDS / 6, ROUNDS / 3, ROUNDS / 2]);
    await tasks.clear();
  });

  for (const way of [{ scheduler: "sh" }, { scheduler: "mh" }, { scheduler: "rr", affinity: 600 }] as const) {
    it(`with ${Object.values(way).join(" and affinity ")} a client keeps its task`, async () => {
      const tasks = await scene();
      await tasks.become({ ...way, weights: [1, 1, 1] });
      const first = new Set((await tasks.askAtOnce(300)).map(({ task }) => task));
      assert.equal(first.size, 1);
      await tasks.clear();
    });
  }

  it("with affinity a client keeps its task when others go, and gets another one when its own goes", async () => {
    const tasks = await scene();
    const become = (weights: readonly number[]) => tasks.become({ scheduler: "rr", affinity: 600, weights });
    const asked = async () => [...new Set((await tasks.askOften(12)).map(({ task }) => task))];
    await become([1, 1, 1]);
    const [own = Number.NaN, ...none] = await asked();
    assert.deepEqual(none, []);
    const others = [0, 1, 2].filter((task) => task !== own);
    await become([0, 1, 2].map((task) => (task === others[0] ? 0 : 1)));
    assert.deepEqual(await asked(), [own]);
    await become([0, 1, 2].map((task) => (task === own ? 0 : 1)));
    const [next = Number.NaN, ...more] = await asked();
    assert.deepEqual(more, []);
    assert.ok(others.includes(next));
    await tasks.clear();
  });

  it("UDP is balanced as well", async () => {
    const tasks = await scene();
    await tasks.become({ scheduler: "rr", weights: [1, 1, 1], protocol: "udp" });
    assert.deepEqual(shares(await tasks.askOften(12, "udp")), [4, 4, 4]);
    await tasks.clear();
  });

  it("a task without weight gets no connections, and keeps those that it has", async () => {
    const tasks = await scene();
    await tasks.become({ scheduler: "rr", weights: [1, 0, 0] });
    const connection = await tasks.openOne();
    assert.equal(await connection.task(), 0);
    await tasks.become({ scheduler: "rr", weights: [0, 1, 1] });
    assert.deepEqual(shares(await tasks.askOften(12)), [0, 6, 6]);
    assert.equal(await connection.task(), 0);
    connection.close();
    await tasks.clear();
  });

  it("without a task, connections are refused; with the first one they succeed", async () => {
    const tasks = await scene();
    await tasks.become({ scheduler: "rr", weights: [] });
    assert.equal(await tasks.askOnce(), undefined);
    await tasks.become({ scheduler: "rr", weights: [1] });
    assert.equal((await tasks.askOnce())?.task, 0);
    await tasks.clear();
  });

  it("one service does not disturb another", async () => {
    const tasks = await scene();
    const others = Array.from({ length: 50 }, (_, number) => tasks.service({ port: 9_000 + number, weights: [1, 1] }));
    await tasks.becomeAll([tasks.service({ weights: [1, 1, 1] }), ...others]);
    const asked = await tasks.askOften(30);
    for (let round = 0; round < 6; round++) await tasks.askOnce(9_000 + round);
    assert.deepEqual(shares(asked), [10, 10, 10]);
    assert.deepEqual(await tasks.missing(), []);
    await tasks.becomeAll(others.slice(1));
    assert.equal(await tasks.askOnce(), undefined);
    await tasks.clear();
  });
}

/** How many answers each of the three tasks gave. */
const shares = (answers: readonly { readonly task: number }[]): readonly number[] =>
  [0, 1, 2].map((number) => answers.filter(({ task }) => task === number).length);
