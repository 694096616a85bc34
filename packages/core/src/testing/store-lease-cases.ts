import assert from "node:assert/strict";
import type { Store, StoreEvent } from "../contracts/store.ts";
import { refuses } from "./refuses.ts";
import type { StoreCase } from "./store-conformance.ts";

/** Shorter than any test has patience for, and longer than all that a test does meanwhile. */
const LONG = 600_000;
const SHORT = 20;

export function storeLeaseCases(test: StoreCase): void {
  test("deletes the keys of a lease that is revoked, as one transaction", async (store) => {
    const lease = await store.lease(LONG);
    await store.transaction([put("a", lease.id), put("b", lease.id), put("c")]);
    const changes = store.watch("")[Symbol.asyncIterator]();
    await lease.revoke();
    assert.deepEqual(await keys(store), ["c"]);
    const [first, second] = [await next(changes), await next(changes)];
    assert.deepEqual([first.type, second.type], ["delete", "delete"]);
    assert.deepEqual([first.key, second.key].sort(), ["a", "b"]);
    assert.equal(first.revision, second.revision);
    await changes.return?.();
  });

  test("knows its keys though they went to another lease and came back in one turn", async (store) => {
    const [one, other] = [await store.lease(LONG), await store.lease(LONG)];
    await Promise.all([one, other, one].map(({ id }) => store.transaction([put("a", id)])));
    await other.revoke();
    assert.deepEqual(await keys(store), ["a"]);
    await one.revoke();
    assert.deepEqual(await keys(store), []);
  });

  test("deletes them when it expires, and tells watchers", async (store) => {
    const lease = await store.lease(SHORT);
    const changes = store.watch("")[Symbol.asyncIterator]();
    await store.transaction([put("a", lease.id)]);
    const [first, second] = [await next(changes), await next(changes)];
    assert.deepEqual([first.type, first.key, second.type, second.key], ["put", "a", "delete", "a"]);
    assert.deepEqual(await keys(store), []);
    await refuses(lease.renew(), "not-found", "lease-expired");
    await lease.revoke();
    await changes.return?.();
  });

  test("takes no more keys, and no renewal, when it has ended", async (store) => {
    const lease = await store.lease(LONG);
    await lease.renew();
    await lease.revoke();
    await lease.revoke();
    await refuses(lease.renew(), "not-found", "lease-expired");
    await refuses(store.transaction([put("b"), put("a", lease.id)]), "not-found", "lease-expired");
    await refuses(store.transaction([put("a", "no such lease")]), "not-found", "lease-expired");
    assert.deepEqual(await keys(store), []);
  });

  test("leaves what was put again without it, or with another lease", async (store) => {
    const [first, second] = [await store.lease(LONG), await store.lease(LONG)];
    await store.transaction([put("lasting", first.id), put("moved", first.id), put("kept", first.id)]);
    await store.transaction([put("lasting"), put("moved", second.id), put("kept", first.id)]);
    await first.revoke();
    assert.deepEqual(await keys(store), ["lasting", "moved"]);
    await second.revoke();
    assert.deepEqual(await keys(store), ["lasting"]);
  });

  test("leaves what was deleted and put by others", async (store) => {
    const lease = await store.lease(LONG);
    await store.transaction([put("a", lease.id)]);
    await store.transaction([{ op: "delete", key: "a" }]);
    await store.transaction([put("a")]);
    await lease.revoke();
    assert.deepEqual(await keys(store), ["a"]);
  });

  test("deletes what was asked for before its end", async (store) => {
    const lease = await store.lease(LONG);
    const writes = Array.from({ length: 20 }, (_, n) => store.transaction([put(`k/${n}`, lease.id)]));
    await Promise.all([lease.revoke(), Promise.allSettled(writes)]);
    assert.deepEqual(await keys(store), []);
  });

  test("refuses times that are none", async (store) => {
    for (const ttl of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      await refuses(store.lease(ttl), "invalid", "lease-ttl");
    }
  });
}

function put(key: string, lease?: string) {
  return { op: "put", key, value: 1, ...(lease === undefined ? {} : { lease }) } as const;
}

async function keys(store: Store): Promise<readonly string[]> {
  return (await store.list("")).map(({ key }) => key);
}

async function next(changes: AsyncIterator<StoreEvent>): Promise<StoreEvent> {
  const { done, value } = await changes.next();
  assert.notEqual(done, true);
  return value;
}
