import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "lmdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Children } from "../../../../test/support/children.ts";
import type { Store } from "../contracts/store.ts";
import { storeConformance } from "../testing/store-conformance.ts";
import { lmdbStore } from "./lmdb-store.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-store-"));
const directories = new WeakMap<Store, string>();
let count = 0;
const children = new Children("test/support/store-child.ts");

beforeAll(() => children.prepare());
afterAll(async () => {
  await children.end();
  await rm(root, { recursive: true });
});

const fresh = () => join(root, `${++count}`);
/** On Windows files are read by whom their folder's access list allows, and Node tells that they can be written. */
const modeOf = (mode: number): number => (process.platform === "win32" ? 0o666 : mode);

async function openIn(directory: string): Promise<Store> {
  const store = await lmdbStore(directory);
  directories.set(store, directory);
  return store;
}

async function reopen(store: Store): Promise<Store> {
  await store.close();
  return await openIn(directories.get(store) ?? "");
}

describe("LMDB store", () => storeConformance({ describe, it }, () => openIn(fresh()), { persistent: reopen }));

describe("LMDB store in its directory", () => {
  it("makes it for its user only", async () => {
    const directory = join(fresh(), "deep");
    await using _ = closing(await lmdbStore(directory));
    expect((await stat(directory)).mode & 0o777).toBe(modeOf(0o700));
  });

  it("leaves no lock when it is closed", async () => {
    const directory = fresh();
    await (await lmdbStore(directory)).close();
    expect((await readdir(directory)).sort()).toEqual(["data.mdb", "lock.mdb"]);
  });

  it("opens what was written without a journal, by an LMDB with other ways to the disk", async () => {
    const directory = fresh();
    const other = open<string, Buffer>(directory, { noSubdir: false, encoding: "string", keyEncoding: "binary" });
    const data = { "\xffversion": "1", "\xffrevision": "7", a: '5 \n"old"', b: "7 lease\n1", "\xfeb": "" };
    for (const [key, value] of Object.entries(data)) await other.put(Buffer.from(key, "latin1"), value);
    await other.close();
    await using opened = closing(await lmdbStore(directory));
    expect(await opened.store.list("")).toEqual([{ key: "a", value: "old", revision: 5 }]);
    expect(await opened.store.transaction([{ op: "put", key: "c", value: 1 }])).toBe(9);
  });

  it("has in the journal what it has not in the data, for its user only, and all in the data after a sync", async () => {
    const directory = fresh();
    await using opened = closing(await lmdbStore(directory));
    const { store } = opened;
    await store.transaction([{ op: "put", key: "a", value: 1 }]);
    await store.sync?.();
    const journal = join(directory, "cnm.journal");
    const { size, mode } = await stat(journal);
    expect(mode & 0o777).toBe(modeOf(0o600));
    await store.transaction([{ op: "put", key: "a", value: 2 }]);
    expect((await stat(journal)).size).toBeGreaterThan(size);
    await store.sync?.();
    expect((await stat(journal)).size).toBe(size);
    const copy = fresh();
    await mkdir(copy);
    await copyFile(join(directory, "data.mdb"), join(copy, "data.mdb"));
    await using copied = closing(await lmdbStore(copy));
    expect(await copied.store.get("a")).toMatchObject({ value: 2 });
  });

  it("resolves before the next turn of the event loop", async () => {
    await using opened = closing(await lmdbStore(fresh()));
    const order: string[] = [];
    setImmediate(() => order.push("turn"));
    for (let n = 0; n < 5; n++) {
      await opened.store.transaction([{ op: "put", key: "a", value: n }]);
      order.push("written");
    }
    expect(order).toEqual(Array(5).fill("written"));
  });

  it("names the journal that it cannot read, and is not locked by it", async () => {
    const directory = fresh();
    await (await lmdbStore(directory)).close();
    const path = join(directory, "cnm.journal");
    for (const [text, code] of [
      ["cnm journal 2\n", "store-version"],
      ["something else", "store-damaged"],
    ] as const) {
      await writeFile(path, text);
      await expect(lmdbStore(directory)).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
      expect(await readdir(directory)).not.toContain("cnm.lock");
    }
    await rm(path);
    await (await lmdbStore(directory)).close();
  });

  it("has it alone, and says who else wants in vain", async () => {
    const directory = fresh();
    await using _ = closing(await lmdbStore(directory));
    const expected = { kind: "conflict", code: "state-locked", message: expect.stringContaining(`${process.pid}`) };
    await expect(lmdbStore(directory)).rejects.toMatchObject(expected);
    const child = await children.start("open", directory);
    expect(child.first).toMatch(new RegExp(`^state-locked .*process ${process.pid}[: ]`));
  });

  it("has everything that was resolved before kill -9, and no key of a lease", async () => {
    for (let round = 0; round < 10; round++) {
      const directory = fresh();
      const child = await children.start("write", directory);
      expect(child.first).toMatch(/^written \d+$/);
      await child.kill();
      await using opened = closing(await lmdbStore(directory));
      const keys = (await opened.store.list("")).map(({ key }) => key);
      expect(keys).toEqual(Array.from({ length: 50 }, (_, n) => `k/${n}`).sort());
      const next = await opened.store.transaction([{ op: "put", key: "a", value: 1 }]);
      expect(next).toBeGreaterThan(Number(child.first.split(" ")[1]));
    }
  });

  it("has lost nothing that was told, wherever kill -9 struck, life after life", async () => {
    const directory = fresh();
    for (let round = 0; round < 12; round++) {
      const child = await children.start("count", directory);
      let told = Number(child.first);
      for (let lines = (round * 37) % 400; lines > 0; lines--) told = Number(await child.line());
      for (const line of await child.killAndDrain()) told = Number(line);
      await using opened = closing(await lmdbStore(directory));
      const last = Number((await opened.store.get("last"))?.value);
      expect(last).toBeGreaterThanOrEqual(told);
      for (let n = Math.max(1, last - 49); n <= last; n++) {
        expect((await opened.store.get(`k/${n % 50}`))?.value).toMatchObject({ n });
      }
    }
  });

  it("has all or nothing of each transaction, wherever kill -9 struck", async () => {
    for (let round = 0; round < 10; round++) {
      const directory = fresh();
      const child = await children.start("pairs", directory);
      await child.kill();
      await using opened = closing(await lmdbStore(directory));
      const [left, right] = [await opened.store.list("left/"), await opened.store.list("right/")];
      expect(left.length).toBeGreaterThan(0);
      expect(left.map(({ value, revision }) => [value, revision])).toEqual(
        right.map(({ value, revision }) => [value, revision]),
      );
    }
  });
});

type Spoiling = readonly [what: string, spoil: (path: string) => Promise<void>];

const SPOILINGS: readonly Spoiling[] = [
  ["random bytes", (path) => writeFile(path, Buffer.alloc(50_000, "no store"))],
  ["one page", (path) => truncate(path, 4096)],
  ["two pages", (path) => truncate(path, 8192)],
];
/** Under Wine, what is missing at the end of a file that is mapped is made of zeros. */
const SOME_PAGES: Spoiling = ["some of the pages", (path) => truncate(path, 16 * 4096)];
const isWine = process.env["CNM_TEST_PROGRAMS"] !== undefined;

describe("LMDB store on files that are none of its own", () => {
  const damaged = { kind: "internal", code: "store-damaged" };

  it.each(isWine ? SPOILINGS : [...SPOILINGS, SOME_PAGES])("names the file: %s", async (_, spoil) => {
    const directory = fresh();
    await fill(directory);
    await spoil(join(directory, "data.mdb"));
    const message = expect.stringContaining(join(directory, "data.mdb"));
    await expect(lmdbStore(directory)).rejects.toMatchObject({ ...damaged, message });
    expect(await readdir(directory)).not.toContain("cnm.lock");
  });

  it("opens where only free pages are missing", async () => {
    const directory = fresh();
    await fill(directory);
    await reduceTo(directory, "k/7");
    const path = join(directory, "data.mdb");
    await truncate(path, (await stat(path)).size / 2);
    await using opened = closing(await lmdbStore(directory));
    expect((await opened.store.list("")).map(({ key }) => key)).toEqual(["k/7"]);
  });

  it("refuses the format of another LMDB", async () => {
    const directory = fresh();
    await fill(directory);
    const path = join(directory, "data.mdb");
    const bytes = await readFile(path);
    bytes.writeUInt32LE(1, bytes.indexOf(Buffer.from("dec0efbe", "hex")) + 4);
    await writeFile(path, bytes);
    await expect(lmdbStore(directory)).rejects.toMatchObject({ kind: "unsupported", code: "store-version" });
  });

  it.each([
    ["another version", "\xffversion", "999"],
    ["another program", "some key", "some value"],
  ])("refuses the data of %s", async (_, key, value) => {
    const directory = fresh();
    await mkdir(directory, { recursive: true });
    const other = open<string, Buffer>(directory, { noSubdir: false, encoding: "string", keyEncoding: "binary" });
    await other.put(Buffer.from(key, "latin1"), value);
    await other.close();
    const message = expect.stringContaining(directory);
    const expected = { kind: "unsupported", code: "store-version", message };
    await expect(lmdbStore(directory)).rejects.toMatchObject(expected);
    await expect(lmdbStore(directory)).rejects.toMatchObject(expected);
  });

  it("starts anew where the file is empty, and reads a copy", async () => {
    const [empty, copy] = [fresh(), fresh()];
    await mkdir(empty, { recursive: true });
    await writeFile(join(empty, "data.mdb"), "");
    await fill(empty);
    await mkdir(copy, { recursive: true });
    await copyFile(join(empty, "data.mdb"), join(copy, "data.mdb"));
    await using opened = closing(await lmdbStore(copy));
    expect((await opened.store.list("")).length).toBe(500);
  });
});

async function fill(directory: string): Promise<void> {
  await using opened = closing(await lmdbStore(directory));
  const value = "0123456789".repeat(30);
  await opened.store.transaction(Array.from({ length: 500 }, (_, n) => ({ op: "put", key: `k/${n}`, value })));
}

/** Its last pages are free in the end, since each of the small writes takes the lowest that are. */
async function reduceTo(directory: string, kept: string): Promise<void> {
  await using opened = closing(await lmdbStore(directory));
  const { store } = opened;
  const others = (await store.list("")).filter(({ key }) => key !== kept);
  await store.transaction(others.map(({ key }) => ({ op: "delete", key })));
  for (let value = 0; value < 6; value++) {
    await store.sync?.();
    await store.transaction([{ op: "put", key: kept, value }]);
  }
}

function closing(store: Store): AsyncDisposable & { readonly store: Store } {
  return { store, [Symbol.asyncDispose]: () => store.close() };
}
