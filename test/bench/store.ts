import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openStore, type Store } from "@cnm/core";
import { type BenchRow, median, report, timed } from "./report.ts";

const SAMPLES = 15;
const IN_A_ROW = 50;
const AT_ONCE = 200;
const LISTED = 1000;
/** As an operation now and then: what it needs is no longer in the processor's caches. */
const CALM = 100;
const CALM_MS = 25;

/** As long as a network's record. */
const VALUE = {
  name: "web",
  driver: "bridge",
  subnets: ["10.7.0.0/24", "fd07::/64"],
  labels: { note: "x".repeat(200) },
};

interface Targets {
  readonly row: number;
  readonly calm: number;
  readonly once: number;
  readonly get: number;
  readonly list: number;
}

await report("Store: transactions that outlive kill -9, reads", measureStores);

export async function measureStores(): Promise<readonly BenchRow[]> {
  const directory = await mkdtemp(join(tmpdir(), "cnm-bench-"));
  try {
    return [
      ...(await measure("memory", "memory:", { row: 20_000, calm: 200, once: 50_000, get: 20, list: 5 })),
      ...(await measure("lmdb", join(directory, "state"), { row: 10_000, calm: 250, once: 20_000, get: 50, list: 10 })),
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function measure(name: string, url: string, targets: Targets): Promise<readonly BenchRow[]> {
  const store = await openStore(url);
  try {
    await store.transaction(
      Array.from({ length: LISTED }, (_, n) => ({ op: "put", key: `listed/${n}`, value: VALUE })),
    );
    return [
      atLeast(`${name}: transactions one after the other`, await rate(IN_A_ROW, () => inARow(store)), targets.row),
      atLeast(`${name}: transactions, ${AT_ONCE} at once`, await rate(AT_ONCE, () => atOnce(store)), targets.once),
      atMost(`${name}: a transaction of 3 puts each ${CALM_MS} ms`, await calmly(store), "µs", targets.calm),
      atMost(`${name}: get`, (await typical(() => gets(store))) / LISTED, "µs", targets.get),
      atMost(`${name}: list of ${LISTED}`, (await typical(() => store.list("listed/"))) / 1000, "ms", targets.list),
    ];
  } finally {
    await store.close();
  }
}

async function inARow(store: Store): Promise<void> {
  for (let n = 0; n < IN_A_ROW; n++) await put(store, n);
}

async function atOnce(store: Store): Promise<void> {
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => put(store, n)));
}

/** Median time in µs of one transaction as that of a join, once in a while. */
async function calmly(store: Store): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < CALM; n++) {
    await sleep(CALM_MS);
    const keys = [`endpoint/${n}`, `allocation/${n}`, `port/${n}`];
    const changes = keys.map((key) => ({ op: "put", key, value: VALUE }) as const);
    times.push((await timed(async () => void (await store.transaction(changes)))) * 1000);
  }
  return median(times);
}

async function gets(store: Store): Promise<void> {
  for (let n = 0; n < LISTED; n++) await store.get(`listed/${n}`);
}

function put(store: Store, n: number): Promise<number> {
  return store.transaction([{ op: "put", key: `written/${n}`, value: VALUE }]);
}

/** Calls a second. */
async function rate(calls: number, body: () => Promise<unknown>): Promise<number> {
  return (calls * 1e6) / (await typical(body));
}

/** Median time in µs. */
async function typical(body: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample++) times.push((await timed(async () => void (await body()))) * 1000);
  return median(times);
}

function atLeast(name: string, value: number, target: number): BenchRow {
  return { name, value, unit: "/s", target: `> ${target} /s`, met: value > target };
}

function atMost(name: string, value: number, unit: string, target: number): BenchRow {
  return { name, value, unit, target: `< ${target} ${unit}`, met: value < target };
}
