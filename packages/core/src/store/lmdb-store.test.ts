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
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it("leaves no lock when it is closed", async () => {
    const directory = fresh();
    await (await lmdbStore(directory)).close();
    expect((await readdir(directory)).sort()).toEqual(["data.mdb", "lock.mdb"]);
  });

  it("has it alone, and says who else wants in vain", async () => {
    const directory = fresh();
    await using _ = closing(await lmdbStore(directory));
    const expected = { kind: "conflict", code: "state-locked", message: expect.stringContaining(`${process.pid}`) };
    await expect(lmdbStore(directory)).rejects.toMatchObject(expected);
    const child = await children.start("open", directory);
    expect(child.first).toMatch(new RegExp(`^state-locked .*process ${process.pid} `));
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

describe("LMDB store on files that are none of its own", () => {
  const damaged = { kind: "internal", code: "store-damaged" };

  it.each([
    ["random bytes", (path: string) => writeFile(path, Buffer.alloc(50_000, "no store"))],
    ["one page", (path: string) => truncate(path, 4096)],
    ["two pages", (path: string) => truncate(path, 8192)],
    ["half of the pages", async (path: string) => truncate(path, (await stat(path)).size / 2)],
  ])("names the file: %s", async (_, spoil) => {
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
  for (let value = 0; value < 6; value++) await store.transaction([{ op: "put", key: kept, value }]);
}

function closing(store: Store): AsyncDisposable & { readonly store: Store } {
  return { store, [Symbol.asyncDispose]: () => store.close() };
}
