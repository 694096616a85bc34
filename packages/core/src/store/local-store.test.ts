import { afterEach, describe, expect, it, vi } from "vitest";
import type { Backend } from "./backend.ts";
import { LocalStore } from "./local-store.ts";
import { memoryBackend } from "./memory-backend.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("local store", () => {
  it("writes transactions that are asked for at once together", async () => {
    const { store, writes } = counted();
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => store.transaction([{ op: "put", key: `k/${n}`, value: n }])),
    );
    expect(writes()).toBe(1);
  });

  it("gathers the next ones while it writes", async () => {
    const { store, writes, hold } = counted();
    const first = store.transaction([{ op: "put", key: "a", value: 1 }]);
    const resume = hold();
    await vi.waitUntil(() => writes() === 1);
    const more = Array.from({ length: 200 }, async (_, n) => {
      await Promise.resolve();
      return await store.transaction([{ op: "put", key: `k/${n}`, value: n }]);
    });
    resume();
    await Promise.all([first, ...more]);
    expect(writes()).toBe(2);
  });

  it("fails all that were written together, changes nothing, and goes on", async () => {
    const { store, fail } = counted();
    const before = await store.transaction([{ op: "put", key: "a", value: 1 }]);
    const watch = store.watch("");
    fail(new Error("disk full"));
    const attempts = await Promise.allSettled([
      store.transaction([{ op: "put", key: "a", value: 2 }]),
      store.transaction([{ op: "put", key: "b", value: 2 }]),
      store.transaction([], [{ key: "b", revision: 0 }]),
    ]);
    for (const attempt of attempts) expect(attempt).toMatchObject({ reason: { message: "disk full" } });
    expect(await store.list("")).toEqual([{ key: "a", value: 1, revision: before }]);
    const next = await store.transaction([{ op: "put", key: "c", value: 3 }], [{ key: "a", revision: before }]);
    for await (const event of watch) {
      expect(event).toEqual({ type: "put", key: "c", value: 3, revision: next });
      break;
    }
  });

  it("knows so many changes and no more", async () => {
    const store = new LocalStore(memoryBackend());
    const revisions: number[] = [];
    for (let n = 0; n < 5000; n++) revisions.push(await store.transaction([{ op: "put", key: "a", value: n }]));
    const at = (index: number) => store.watch("", revisions[index])[Symbol.asyncIterator]();
    expect((await at(2000).next()).value).toMatchObject({ value: 2001 });
    await expect(at(100).next()).rejects.toMatchObject({ kind: "unavailable", code: "history-compacted" });
    await expect(store.watch("", 0)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "history-compacted",
    });
  });

  it("keeps no more text of changes than some hundred kilobytes", async () => {
    const store = new LocalStore(memoryBackend());
    const value = "x".repeat(1024);
    const revisions: number[] = [];
    for (let n = 0; n < 300; n++) revisions.push(await store.transaction([{ op: "put", key: "a", value }]));
    const next = (index: number) => store.watch("", revisions[index])[Symbol.asyncIterator]().next();
    expect((await next(100)).value).toMatchObject({ revision: revisions[101] });
    await expect(next(40)).rejects.toMatchObject({ kind: "unavailable", code: "history-compacted" });
  });

  it("leaves no listener on the signal of a watch", async () => {
    const store = new LocalStore(memoryBackend());
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const watch = store.watch("", undefined, { signal })[Symbol.asyncIterator]();
    for (let n = 0; n < 10; n++) {
      const next = watch.next();
      await store.transaction([{ op: "put", key: "a", value: n }]);
      await next;
    }
    expect(added).toHaveBeenCalled();
    expect(removed.mock.calls.length).toBeGreaterThanOrEqual(added.mock.calls.length);
    expect(removed.mock.invocationCallOrder.at(-1)).toBeGreaterThan(added.mock.invocationCallOrder.at(-1) ?? 0);
  });
});

describe("lease of a local store", () => {
  const put = (key: string, lease: string) => [{ op: "put", key, value: 1, lease }] as const;

  it("lasts its whole time again from each renewal on", async () => {
    vi.useFakeTimers();
    const store = new LocalStore(memoryBackend());
    const lease = await store.lease(1000);
    await store.transaction(put("a", lease.id));
    for (let round = 0; round < 5; round++) {
      await vi.advanceTimersByTimeAsync(900);
      await lease.renew();
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(await store.get("a")).toBeDefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(await store.get("a")).toBeUndefined();
    await expect(lease.renew()).rejects.toMatchObject({ kind: "not-found", code: "lease-expired" });
  });

  it("deletes its keys later, when the store cannot at its end", async () => {
    vi.useFakeTimers();
    const { store, fail } = counted();
    const lease = await store.lease(1000);
    await store.transaction(put("a", lease.id));
    fail(new Error("disk full"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await store.get("a")).toBeDefined();
    await expect(lease.renew()).rejects.toMatchObject({ code: "lease-expired" });
    await vi.advanceTimersByTimeAsync(1000);
    expect(await store.get("a")).toBeUndefined();
  });

  it("leaves no timer behind when the store is closed", async () => {
    vi.useFakeTimers();
    const store = new LocalStore(memoryBackend());
    const lease = await store.lease(1000);
    await store.lease(1000);
    await lease.revoke();
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** A store whose writes are counted, can be held up, and made to fail once. */
function counted() {
  const backend = memoryBackend();
  let writes = 0;
  let gate: Promise<void> = Promise.resolve();
  let failure: Error | undefined;
  const write: Backend["write"] = async (changes, revision) => {
    writes++;
    await gate;
    const error = failure;
    failure = undefined;
    if (error !== undefined) throw error;
    await backend.write(changes, revision);
  };
  return {
    store: new LocalStore({ ...backend, write }),
    writes: () => writes,
    hold: () => {
      let resume = () => {};
      gate = new Promise((resolve) => {
        resume = resolve;
      });
      return resume;
    },
    fail: (error: Error) => {
      failure = error;
    },
  };
}
