import assert from "node:assert/strict";
import type { Store, StoreEntry, StoreEvent, StoreValue } from "../contracts/store.ts";
import { refuses } from "./refuses.ts";
import { storeLeaseCases } from "./store-lease-cases.ts";
import { checkStoreSteps } from "./store-model.ts";
import { type Choose, chooseStoreSteps } from "./store-steps.ts";
import { storeWatchCases } from "./store-watch-cases.ts";
import type { TestRunner } from "./test-runner.ts";

export interface StoreConformanceOptions {
  /** For stores that outlive their process: closes the store and opens the same data again. */
  readonly persistent?: (store: Store) => Promise<Store>;
}

/**
 * What every store has to do.
 *
 * @param makeStore An empty store, for each test a new one; the suite closes it.
 * @example storeConformance({ describe, it }, memoryStore);
 */
export function storeConformance(
  { describe, it }: TestRunner,
  makeStore: () => Store | Promise<Store>,
  { persistent }: StoreConformanceOptions = {},
): void {
  const open = async (body: (store: Store) => Promise<void>) => {
    const store = await makeStore();
    await body(store).finally(() => store.close());
  };
  const test = (name: string, body: (store: Store) => Promise<void>) => it(name, () => open(body));

  describe("a store", () => {
    describe("of values", () => valueCases(test));
    describe("with transactions", () => transactionCases(test));
    describe("with watches", () => storeWatchCases(test));
    describe("with leases", () => storeLeaseCases(test));
    describe("that is closed", () => closedCases(test));
    if (persistent !== undefined) describe("that is opened again", () => persistentCases(test, persistent));
    it("does what a simple model does", async () => {
      for (let seed = 1; seed <= 60; seed++) {
        const steps = chooseStoreSteps(seeded(seed), persistent !== undefined);
        const told = `of seed ${seed}: ${JSON.stringify(steps)}`;
        await checkStoreSteps(steps, makeStore, persistent).catch((cause) => assert.fail(new Error(told, { cause })));
      }
    });
  });
}

/** A case with a store of its own. */
export type StoreCase = (name: string, body: (store: Store) => Promise<void>) => unknown;

const VALUES: readonly StoreValue[] = [
  null,
  true,
  0,
  -1.5,
  2 ** 53 - 1,
  "",
  'ünïcode \u{1f30d}\n"quoted"\0',
  [],
  [[], {}, null],
  {},
  { a: { b: [1, { c: "d" }] }, "with space": null },
];

const BAD_KEYS = ["", "/a", "a/", "a//b", "ä", "a/\u{1f30d}", `a/${"x".repeat(1023)}`];

function valueCases(test: StoreCase): void {
  test("knows no key at first", async (store) => {
    assert.equal(await store.get("a"), undefined);
    assert.deepEqual(await store.list(""), []);
  });

  test("gives back every kind of value", async (store) => {
    const revision = await store.transaction(VALUES.map((value, index) => ({ op: "put", key: `v/${index}`, value })));
    for (const [index, value] of VALUES.entries()) {
      assert.deepEqual(await store.get(`v/${index}`), { key: `v/${index}`, value, revision });
    }
  });

  test("keeps a big value", async (store) => {
    const value = "0123456789".repeat(50_000);
    await store.transaction([{ op: "put", key: "big", value }]);
    assert.equal((await store.get("big"))?.value, value);
  });

  test("copies values in and out", async (store) => {
    const value = { list: [1] };
    const change = { op: "put" as const, key: "a", value };
    const changes = [change];
    const written = store.transaction(changes);
    value.list.push(2);
    change.key = "b";
    changes.pop();
    await written;
    for (const read of [async () => await store.get("a"), async () => (await store.list("a"))[0]]) {
      const entry = await read();
      assert.deepEqual(entry?.value, { list: [1] });
      Object.assign(entry?.value ?? {}, { list: [3] });
    }
    assert.deepEqual((await store.get("a"))?.value, { list: [1] });
  });

  test("lists the keys with a prefix, in the order of their bytes", async (store) => {
    const keys = ["a", "a/b", "a/b/c", "a/B", "a/b-", "a/b0", "a/~", "ab", "b/a", "A", "a b", "a/10", "a/9"];
    await store.transaction(keys.map((key) => ({ op: "put", key, value: key })));
    for (const prefix of ["", "a", "a/", "a/b", "a/b/", "A", "b/a", "c", "a/b/c/d"]) {
      const expected = keys.filter((key) => key.startsWith(prefix)).sort();
      assert.deepEqual(keysOf(await store.list(prefix)), expected, prefix);
    }
  });

  test("takes keys of 1,024 bytes, and any ASCII in them", async (store) => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).filter((char) => char !== "/");
    const keys = [`a/${"x".repeat(1022)}`, ascii.join(""), ...ascii.map((char) => `c/${char}`)];
    await store.transaction(keys.map((key) => ({ op: "put", key, value: key })));
    for (const key of keys) assert.equal((await store.get(key))?.value, key);
    assert.deepEqual(keysOf(await store.list("")), keys.sort());
  });

  test("refuses other keys and names them", async (store) => {
    for (const key of BAD_KEYS) {
      const attempts = [
        () => store.get(key),
        () => store.transaction([{ op: "put", key, value: 1 }]),
        () => store.transaction([{ op: "delete", key }]),
        () => store.transaction([], [{ key, revision: 0 }]),
      ];
      for (const attempt of attempts) {
        const { message } = await refuses(attempt(), "invalid", "store-key");
        assert.ok(message.includes(JSON.stringify(key.slice(0, 32)).slice(1, -1)), message);
      }
    }
    assert.deepEqual(await store.list(""), []);
  });

  test("refuses prefixes that no key can have", async (store) => {
    await refuses(store.list("ä"), "invalid", "store-key");
    await refuses(store.watch("ä")[Symbol.asyncIterator]().next(), "invalid", "store-key");
  });

  test("does nothing for a call that is called off", async (store) => {
    const options = { signal: AbortSignal.abort(new Error("called off")) };
    await assert.rejects(store.get("a", options), /called off/);
    await assert.rejects(store.list("a", options), /called off/);
    await assert.rejects(store.transaction([{ op: "put", key: "a", value: 1 }], [], options), /called off/);
    await assert.rejects(store.lease(1000, options), /called off/);
    assert.equal(await store.get("a"), undefined);
  });
}

function transactionCases(test: StoreCase): void {
  test("gives each a revision of its own that grows, and its keys that revision", async (store) => {
    const first = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    const second = await store.transaction([
      { op: "put", key: "b", value: 1 },
      { op: "put", key: "c", value: 1 },
    ]);
    const third = await store.transaction([{ op: "delete", key: "b" }]);
    const fourth = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    assert.ok(0 < first && first < second && second < third && third < fourth);
    const entries = await store.list("");
    assert.deepEqual(
      entries.map(({ key, revision }) => [key, revision]),
      [
        ["a", fourth],
        ["c", second],
      ],
    );
  });

  test("takes a key that is deleted or put back for a new one", async (store) => {
    const first = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    await store.transaction([{ op: "delete", key: "a" }]);
    assert.equal(await store.get("a"), undefined);
    assert.ok((await store.transaction([{ op: "put", key: "a", value: 1 }], [{ key: "a", revision: 0 }])) > first);
  });

  test("resolves to the last revision when there is nothing to change", async (store) => {
    const revision = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    assert.equal(await store.transaction([]), revision);
    assert.equal(await store.transaction([{ op: "delete", key: "absent" }]), revision);
  });

  test("takes the last change of a key for the one that counts", async (store) => {
    await store.transaction([
      { op: "put", key: "a", value: 1 },
      { op: "delete", key: "a" },
      { op: "delete", key: "b" },
      { op: "put", key: "b", value: 2 },
    ]);
    assert.deepEqual(
      (await store.list("")).map(({ key, value }) => [key, value]),
      [["b", 2]],
    );
  });

  test("happens when all conditions hold", async (store) => {
    const revision = await store.transaction([{ op: "put", key: "a", value: 1 }], [{ key: "a", revision: 0 }]);
    const conditions = [
      { key: "a", revision },
      { key: "b", revision: 0 },
    ];
    await store.transaction([{ op: "put", key: "a", value: 2 }], conditions);
    assert.equal((await store.get("a"))?.value, 2);
  });

  test("changes nothing when one condition does not hold, and names its key", async (store) => {
    const revision = await store.transaction([{ op: "put", key: "there", value: 1 }]);
    const before = await store.list("");
    for (const condition of [
      { key: "there", revision: 0 },
      { key: "there", revision: revision + 1 },
      { key: "absent", revision },
    ]) {
      const changes = [
        { op: "put", key: "other", value: 1 },
        { op: "delete", key: "there" },
      ] as const;
      const conditions = [{ key: "other", revision: 0 }, condition];
      const { message } = await refuses(store.transaction(changes, conditions), "conflict", "revision-changed");
      assert.ok(message.includes(condition.key), message);
    }
    assert.deepEqual(await store.list(""), before);
  });

  test("happens once among many that want the same", async (store) => {
    const attempts = Array.from({ length: 50 }, (_, index) =>
      store.transaction([{ op: "put", key: "a", value: index }], [{ key: "a", revision: 0 }]),
    );
    const won = (await Promise.allSettled(attempts)).map(({ status }) => status === "fulfilled");
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal((await store.get("a"))?.value, won.indexOf(true));
  });

  test("loses no count of many that retry", async (store) => {
    const increment = async (): Promise<void> => {
      for (;;) {
        const entry = await store.get("n");
        const next = [{ op: "put", key: "n", value: Number(entry?.value ?? 0) + 1 }] as const;
        const written = await store.transaction(next, [{ key: "n", revision: entry?.revision ?? 0 }]).then(
          () => true,
          () => false,
        );
        if (written) return;
      }
    };
    await Promise.all(Array.from({ length: 20 }, increment));
    assert.equal((await store.get("n"))?.value, 20);
  });

  test("is seen by every read after it", async (store) => {
    const keys = Array.from({ length: 200 }, (_, index) => `k/${index}`);
    await Promise.all(
      keys.map(async (key) => {
        const revision = await store.transaction([{ op: "put", key, value: key }]);
        assert.deepEqual(await store.get(key), { key, value: key, revision });
      }),
    );
    const entries = await store.list("k/");
    assert.deepEqual(keysOf(entries), keys.sort());
    assert.equal(new Set(entries.map(({ revision }) => revision)).size, keys.length);
  });
}

function closedCases(test: StoreCase): void {
  test("answers nothing any more", async (store) => {
    const lease = await store.lease(60_000);
    await store.close();
    await refuses(store.get("a"), "unavailable", "store-closed");
    await refuses(store.list(""), "unavailable", "store-closed");
    await refuses(store.transaction([]), "unavailable", "store-closed");
    await refuses(store.lease(1000), "unavailable", "store-closed");
    await refuses(lease.renew(), "unavailable", "store-closed");
    await refuses(lease.revoke(), "unavailable", "store-closed");
    await refuses(store.watch("")[Symbol.asyncIterator]().next(), "unavailable", "store-closed");
  });

  test("finishes what was asked before, and may be closed again", async (store) => {
    const written = store.transaction([{ op: "put", key: "a", value: 1 }]);
    await Promise.all([store.close(), store.close()]);
    assert.ok((await written) > 0);
    await store.close();
  });
}

function persistentCases(test: StoreCase, reopen: (store: Store) => Promise<Store>): void {
  const again = async (store: Store, body: (store: Store) => Promise<void>) => {
    const reopened = await reopen(store);
    await body(reopened).finally(() => reopened.close());
  };

  test("has the same entries, and revisions that go on", async (store) => {
    await store.transaction(VALUES.map((value, index) => ({ op: "put", key: `v/${index}`, value })));
    await store.transaction([{ op: "put", key: "gone", value: 1 }]);
    const last = await store.transaction([{ op: "delete", key: "gone" }]);
    const before = await store.list("");
    await again(store, async (reopened) => {
      assert.deepEqual(await reopened.list(""), before);
      assert.ok((await reopened.transaction([{ op: "put", key: "a", value: 1 }])) > last);
    });
  });

  test("has no keys of leases, which ended with their process", async (store) => {
    const { id: lease } = await store.lease(60_000);
    await store.transaction([
      { op: "put", key: "leased", value: 1, lease },
      { op: "put", key: "lasting", value: 1 },
      { op: "put", key: "overwritten", value: 1, lease },
      { op: "put", key: "deleted", value: 1, lease },
    ]);
    await store.transaction([
      { op: "put", key: "overwritten", value: 2 },
      { op: "delete", key: "deleted" },
    ]);
    await again(store, async (reopened) => {
      assert.deepEqual(keysOf(await reopened.list("")), ["lasting", "overwritten"]);
    });
  });

  test("says when changes are no longer known", async (store) => {
    const first = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    const last = await store.transaction([{ op: "put", key: "a", value: 2 }]);
    await again(store, async (reopened) => {
      const old = reopened.watch("", first)[Symbol.asyncIterator]();
      const seen: StoreEvent[] = [];
      const all = old.next().then(({ value, done }) => done !== true && seen.push(value));
      await all.catch(async () => await refuses(all, "unavailable", "history-compacted"));
      if (seen.length > 0) assert.equal(seen[0]?.revision, last);
      await old.return?.();
    });
  });
}

function keysOf(entries: readonly StoreEntry[]): readonly string[] {
  return entries.map(({ key }) => key);
}

/** The same numbers for the same seed (a linear congruential generator, of which the high bits are used). */
function seeded(seed: number): Choose {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
