import assert from "node:assert/strict";
import type { Store, StoreChange, StoreEvent } from "../contracts/store.ts";
import type { StoreCase } from "./store-conformance.ts";

export function storeWatchCases(test: StoreCase): void {
  test("tells puts and deletes, in their order, with their values", async (store) => {
    const watch = watching(store, "");
    const first = await store.transaction([put("a", { n: 1 }), put("b", 2)]);
    const second = await store.transaction([put("a", 3)]);
    const third = await store.transaction([{ op: "delete", key: "a" }]);
    assert.deepEqual(await take(watch, 4), [
      { type: "put", key: "a", value: { n: 1 }, revision: first },
      { type: "put", key: "b", value: 2, revision: first },
      { type: "put", key: "a", value: 3, revision: second },
      { type: "delete", key: "a", value: 3, revision: third },
    ]);
    await watch.return?.();
  });

  test("tells what is under the prefix only, from the call on", async (store) => {
    await store.transaction([put("a/1", 1)]);
    const changes = store.watch("a/");
    await store.transaction([put("a/2", 1), put("b/1", 1), put("a", 1)]);
    const watch = changes[Symbol.asyncIterator]();
    await store.transaction([put("ab", 1), put("a/3", 1)]);
    assert.deepEqual(
      (await take(watch, 2)).map(({ key }) => key),
      ["a/2", "a/3"],
    );
    await watch.return?.();
  });

  test("tells everything after a revision once, also what happens meanwhile", async (store) => {
    const write = async (numbers: readonly number[]) => {
      for (const n of numbers) await store.transaction([put(`k/${n}`, n)]);
    };
    const from = await store.transaction([put("k/0", 0)]);
    await write([1, 2, 3]);
    const writing = write([4, 5, 6]);
    const watch = watching(store, "k/", from);
    await writing;
    await write([7]);
    assert.deepEqual(
      (await take(watch, 7)).map(({ value }) => value),
      [1, 2, 3, 4, 5, 6, 7],
    );
    await watch.return?.();
  });

  test("goes on where another watch ended", async (store) => {
    let from = await store.transaction([put("k/0", 0)]);
    await Promise.all(Array.from({ length: 20 }, (_, n) => store.transaction([put(`k/${n}`, n)])));
    const seen: StoreEvent[] = [];
    while (seen.length < 20) {
      const watch = watching(store, "k/", from);
      const events = await take(watch, Math.min(3, 20 - seen.length));
      seen.push(...events);
      from = events.at(-1)?.revision ?? from;
      await watch.return?.();
    }
    assert.deepEqual(
      seen.map(({ value }) => value),
      Array.from({ length: 20 }, (_, n) => n),
    );
  });

  test("says nothing of transactions that fail or change nothing", async (store) => {
    const watch = watching(store, "");
    await assert.rejects(store.transaction([put("a", 1)], [{ key: "a", revision: 7 }]));
    await store.transaction([{ op: "delete", key: "a" }]);
    await store.transaction([put("b", 1)]);
    assert.deepEqual(
      (await take(watch, 1)).map(({ key }) => key),
      ["b"],
    );
    await watch.return?.();
  });

  test("serves many, each with values of its own", async (store) => {
    const watches = Array.from({ length: 100 }, () => watching(store, "a"));
    const first = watches.map((watch) => take(watch, 1));
    await store.transaction([put("a", { list: [1] })]);
    for (const [event] of await Promise.all(first)) {
      assert.deepEqual(event?.value, { list: [1] });
      spoil(event);
    }
    for (const watch of watches) await watch.return?.();
  });

  test("keeps everything for one who is slow", async (store) => {
    const watch = watching(store, "");
    const writes = Array.from({ length: 50 }, (_, round) =>
      store.transaction(Array.from({ length: 200 }, (_, n) => put(`k/${n}`, round))),
    );
    await Promise.all(writes);
    const events = await take(watch, 10_000);
    assert.deepEqual(
      events.map(({ value }) => value),
      Array.from({ length: 10_000 }, (_, n) => Math.floor(n / 200)),
    );
    await watch.return?.();
  });

  test("ends when its signal aborts", async (store) => {
    const abort = new AbortController();
    const watch = store.watch("", undefined, { signal: abort.signal })[Symbol.asyncIterator]();
    const waiting = watch.next();
    abort.abort();
    assert.equal((await waiting).done, true);
    await store.transaction([put("a", 1)]);
    assert.equal((await watch.next()).done, true);
    const late = store.watch("", undefined, { signal: abort.signal })[Symbol.asyncIterator]();
    assert.equal((await late.next()).done, true);
  });

  test("ends when its reader leaves, also one that waits", async (store) => {
    const watch = watching(store, "");
    const waiting = watch.next();
    await watch.return?.();
    assert.equal((await waiting).done, true);
    assert.equal((await watch.next()).done, true);
    const write = store.transaction([put("a", 1), put("b", 1)]);
    for await (const { key } of store.watch("")) {
      assert.equal(key, "a");
      break;
    }
    await write;
  });

  test("ends when the store is closed, after the last change", async (store) => {
    const watch = watching(store, "");
    const [waiting, other] = [watching(store, "none").next(), watching(store, "").next()];
    await store.transaction([put("a", 1)]);
    await store.close();
    assert.equal((await waiting).done, true);
    assert.notEqual((await other).done, true);
    assert.equal((await take(watch, 1))[0]?.key, "a");
    assert.equal((await watch.next()).done, true);
  });
}

function watching(store: Store, prefix: string, from?: number): AsyncIterator<StoreEvent> {
  return store.watch(prefix, from)[Symbol.asyncIterator]();
}

async function take(watch: AsyncIterator<StoreEvent>, count: number): Promise<readonly StoreEvent[]> {
  const events: StoreEvent[] = [];
  while (events.length < count) {
    const { done, value } = await watch.next();
    assert.notEqual(done, true, `the watch ended after ${events.length} of ${count} events`);
    events.push(value);
  }
  return events;
}

function put(key: string, value: number | Readonly<Record<string, number | readonly number[]>>): StoreChange {
  return { op: "put", key, value };
}

/** What a careless watcher might do to its event. */
function spoil(event: StoreEvent | undefined): void {
  const value = event?.value;
  if (typeof value === "object" && value !== null) Object.assign(value, { list: [2] });
}
