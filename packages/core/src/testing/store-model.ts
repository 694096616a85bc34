import assert from "node:assert/strict";
import type { Condition, Store, StoreChange, StoreEntry, StoreEvent } from "../contracts/store.ts";
import { refuses } from "./refuses.ts";
import type { StoreGuard, StoreStep } from "./store-steps.ts";

type Changes = readonly StoreChange[];

/** Takes the steps on a store and on a map beside it; what a watch tells has to be the same story. */
export async function checkStoreSteps(
  steps: readonly StoreStep[],
  makeStore: () => Store | Promise<Store>,
  reopen?: (store: Store) => Promise<Store>,
): Promise<void> {
  const life = new Life(await makeStore(), reopen);
  try {
    for (const step of steps) await life.step(step);
    await life.check();
  } finally {
    await life.store.close();
  }
}

class Life {
  store: Store;
  readonly #reopen: ((store: Store) => Promise<Store>) | undefined;
  readonly #model = new Map<string, StoreEntry>();
  #revision = 0;
  #watch: AsyncIterator<StoreEvent>;
  #story: StoreEvent[] = [];

  constructor(store: Store, reopen: ((store: Store) => Promise<Store>) | undefined) {
    this.store = store;
    this.#reopen = reopen;
    this.#watch = watchAll(store);
  }

  async step(step: StoreStep): Promise<void> {
    if (step.do === "write") await this.#write(step.changes, step.guards);
    else if (step.do === "write together") await this.#writeTogether(step.transactions);
    else if (step.do === "list") assert.deepEqual(await this.store.list(step.prefix), this.#list(step.prefix));
    else await this.#openAgain();
  }

  async check(): Promise<void> {
    assert.deepEqual(await this.store.list(""), this.#list(""));
    const told: StoreEvent[] = [];
    while (told.length < this.#story.length) {
      const { done, value } = await this.#watch.next();
      assert.notEqual(done, true);
      told.push(value);
    }
    assert.deepEqual(told.sort(byRevisionAndKey), this.#story.sort(byRevisionAndKey));
    await this.#watch.return?.();
  }

  async #openAgain(): Promise<void> {
    await this.check();
    if (this.#reopen !== undefined) this.store = await this.#reopen(this.store);
    this.#watch = watchAll(this.store);
    this.#story = [];
  }

  async #write(changes: Changes, guards: readonly StoreGuard[]): Promise<void> {
    const conditions: readonly Condition[] = guards.map(({ key, holds }) => {
      const revision = this.#model.get(key)?.revision ?? 0;
      return { key, revision: holds ? revision : revision + 1 };
    });
    const written = this.store.transaction(changes, conditions);
    if (guards.every(({ holds }) => holds)) this.#apply(changes, await written);
    else await refuses(written, "conflict", "revision-changed");
  }

  /** Which came first is for the store to choose, and its revisions tell. One that changed nothing came after its equals. */
  async #writeTogether(transactions: readonly Changes[]): Promise<void> {
    const written = await Promise.all(
      transactions.map(async (changes) => ({ changes, revision: await this.store.transaction(changes) })),
    );
    written.sort((a, b) => a.revision - b.revision);
    while (written.length > 0) {
      const equals = written.filter(({ revision }) => revision === written[0]?.revision);
      const first = Math.max(
        0,
        equals.findIndex(({ changes }) => this.#changesAnything(changes)),
      );
      for (const { changes, revision } of written.splice(first, 1)) this.#apply(changes, revision);
    }
  }

  #changesAnything(changes: Changes): boolean {
    return [...lastOfEachKey(changes)].some(({ op, key }) => op === "put" || this.#model.has(key));
  }

  #apply(changes: Changes, revision: number): void {
    const events: StoreEvent[] = [];
    for (const change of lastOfEachKey(changes)) {
      const { key } = change;
      const before = this.#model.get(key);
      if (change.op === "put") {
        this.#model.set(key, { key, value: change.value, revision });
        events.push({ type: "put", key, value: change.value, revision });
      } else if (before !== undefined) {
        this.#model.delete(key);
        events.push({ type: "delete", key, value: before.value, revision });
      }
    }
    if (events.length > 0) assert.ok(revision > this.#revision, `revision ${revision} after ${this.#revision}`);
    else assert.equal(revision, this.#revision);
    this.#revision = revision;
    this.#story.push(...events);
  }

  #list(prefix: string): readonly StoreEntry[] {
    const keys = [...this.#model.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.flatMap((key) => this.#model.get(key) ?? []);
  }
}

function lastOfEachKey(changes: Changes): Iterable<StoreChange> {
  return new Map(changes.map((change) => [change.key, change])).values();
}

function watchAll(store: Store): AsyncIterator<StoreEvent> {
  return store.watch("")[Symbol.asyncIterator]();
}

function byRevisionAndKey(a: StoreEvent, b: StoreEvent): number {
  return a.revision - b.revision || (a.key < b.key ? -1 : 1);
}
