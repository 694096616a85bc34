import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { Backend, Stored, Writes } from "../backend.ts";
import { memoryBackend } from "../memory-backend.ts";
import { JournalFile } from "./journal-file.ts";
import { JournaledBackend, type JournaledOptions } from "./journaled-backend.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-journaled-"));
afterAll(() => rm(root, { recursive: true }));
let count = 0;
const fresh = () => join(root, `${++count}`);

const put = (revision: number, lease?: string): Stored => ({
  text: `${revision}`,
  revision,
  ...(lease === undefined ? {} : { lease }),
});
/** Nothing is committed by itself. */
const NEVER: JournaledOptions = { delay: 1_000_000 };

describe("data behind a journal", () => {
  it("is written at once, and read before the data has it", async () => {
    const { backend, data } = await open();
    await data.now({ a: put(1), b: put(1), d: put(1, "lease") });
    expect(backend.write(writes({ b: put(2), c: put(2, "lease"), d: put(2) }), 2)).toBeUndefined();
    expect(backend.write(writes({ a: undefined, ab: put(3) }), 3)).toBeUndefined();
    expect([..."abcd"].map((key) => backend.read(key)?.revision)).toEqual([undefined, 2, 2, 2]);
    expect(backend.list("")).toEqual([
      ["ab", put(3)],
      ["b", put(2)],
      ["c", put(2, "lease")],
      ["d", put(2)],
    ]);
    expect(backend.list("a")).toEqual([["ab", put(3)]]);
    expect(backend.leased()).toEqual(["c"]);
    expect([backend.revision, data.commits]).toEqual([3, []]);
    await backend.close();
  });

  it("goes to the data in one write, with the last of each key", async () => {
    const { backend, data, path } = await open();
    for (let revision = 1; revision <= 10; revision++) backend.write(writes({ a: put(revision) }), revision);
    await backend.sync();
    expect(data.commits).toEqual([10]);
    expect(data.backend.read("a")).toEqual(put(10));
    expect(await recordsIn(path)).toBe(0);
    await backend.sync();
    expect(data.commits).toEqual([10]);
    await backend.close();
  });

  it("goes to the data by itself, after a while or when there is much", async () => {
    for (const options of [{ delay: 1 }, { ...NEVER, enough: 1 }]) {
      const { backend, data } = await open(options);
      backend.write(writes({ a: put(1) }), 1);
      await vi.waitUntil(() => data.commits.length === 1);
      await backend.close();
    }
  });

  it("takes writes while the data is written, and keeps them in the journal", async () => {
    const { backend, data, path } = await open();
    backend.write(writes({ a: put(1), b: put(1) }), 1);
    const resume = data.hold();
    const synced = backend.sync();
    backend.write(writes({ a: undefined }), 2);
    expect([backend.read("a"), backend.read("b")]).toEqual([undefined, put(1)]);
    resume();
    await synced;
    expect([data.backend.read("a"), backend.read("a")]).toEqual([put(1), undefined]);
    expect(await recordsIn(path)).toBe(2);
    await backend.sync();
    expect([data.backend.read("a"), await recordsIn(path)]).toEqual([undefined, 0]);
    await backend.close();
  });

  it("has everything after a kill at any point, however often it is replayed", async () => {
    const { backend, data, path } = await open();
    const expected = new Map<string, Stored>();
    for (let revision = 1; revision <= 40; revision++) {
      const key = `k/${revision % 7}`;
      const gone = revision % 5 === 0 && expected.has(key);
      backend.write(writes({ [key]: gone ? undefined : put(revision) }), revision);
      gone ? expected.delete(key) : expected.set(key, put(revision));
      if (revision % 3 === 0) {
        const resume = data.hold();
        const synced = backend.sync();
        await checkKilled(data, path, expected);
        resume();
        await synced;
      }
      await checkKilled(data, path, expected);
    }
    await backend.close();
  });

  it("replays what is before the data's revision for nothing, and refuses what does not go on from it", async () => {
    const { backend, data, path } = await open();
    for (let revision = 1; revision <= 4; revision++) backend.write(writes({ a: put(revision) }), revision);
    await data.now({ a: put(4), b: put(4) }, 4);
    const replayed = new JournaledBackend(data.asOf(), await JournalFile.open(await copyOf(path)), NEVER);
    expect([replayed.revision, replayed.read("b"), replayed.read("a")]).toEqual([4, put(4), put(4)]);
    await replayed.close();

    await backend.sync();
    backend.write(writes({ a: put(5) }), 5);
    const opened = await JournalFile.open(await copyOf(path));
    const message = expect.stringMatching(/from revision 4.*of revision 0/);
    const expected = { kind: "internal", code: "store-damaged", message };
    expect(() => new JournaledBackend(memoryBackend(), opened)).toThrow(expect.objectContaining(expected));
    await opened.journal.close();
    await backend.close();
  });

  it("tries again when the data refuses, and loses nothing meanwhile", async () => {
    const { backend, data } = await open({ delay: 1 });
    data.refuse(new Error("disk full"), 2);
    backend.write(writes({ a: put(1) }), 1);
    await vi.waitUntil(() => data.commits.length === 1);
    expect([data.refused, data.backend.read("a")]).toEqual([2, put(1)]);
    await backend.close();
  });

  it("tells the next writes when the data refuses again and again, and goes on when it does not", async () => {
    const { backend, data, path } = await open({ delay: 1 });
    data.refuse(new Error("disk full"), Number.POSITIVE_INFINITY);
    backend.write(writes({ a: put(1) }), 1);
    await vi.waitUntil(() => data.refused >= 3);
    await expect(backend.write(writes({ b: put(2) }), 2)).rejects.toThrow("disk full");
    expect([backend.read("a"), backend.read("b"), backend.revision]).toEqual([put(1), undefined, 1]);
    expect(await recordsIn(path)).toBe(1);
    data.refuse(new Error("disk full"), 0);
    await backend.write(writes({ b: put(2) }), 2);
    expect(backend.write(writes({ c: put(3) }), 3)).toBeUndefined();
    await backend.close();
    expect([..."abc"].map((key) => data.backend.read(key)?.revision)).toEqual([1, 2, 3]);
  });

  it("lets writes wait for the data when the journal has grown to its bounds", async () => {
    const { backend, data, path } = await open({ ...NEVER, enough: 1_000_000, most: 100 });
    let revision = 0;
    const write = () => backend.write(writes({ [`k/${++revision}`]: put(revision) }), revision);
    while (write() === undefined);
    const asked = revision;
    await vi.waitUntil(() => backend.read(`k/${asked}`) !== undefined);
    expect([data.commits, await recordsIn(path)]).toEqual([[asked - 1], 1]);
    await backend.close();
  });

  it("leaves no journal when it is closed, unless the data refuses", async () => {
    const folder = fresh();
    const { backend, data } = await open(NEVER, folder);
    backend.write(writes({ a: put(1) }), 1);
    await backend.close();
    expect(await readdir(folder)).toEqual([]);

    const release = vi.fn(async () => {});
    const again = await open({ ...NEVER, release }, folder);
    again.data.refuse(new Error("disk full"), 1);
    again.backend.write(writes({ a: put(1) }), 1);
    await expect(again.backend.close()).rejects.toThrow("disk full");
    expect(release).toHaveBeenCalledOnce();
    expect(await recordsIn(join(folder, "journal"))).toBe(1);
    expect(data.commits).toEqual([1]);
  });
});

/** Opens copies of what there would be, twice: the first one is killed before it has done anything. */
async function checkKilled(data: SlowData, path: string, expected: ReadonlyMap<string, Stored>): Promise<void> {
  const copy = await copyOf(path);
  for (let life = 0; life < 2; life++) {
    const opened = await JournalFile.open(copy);
    const replayed = new JournaledBackend(data.asOf(), opened, NEVER);
    expect(new Map(replayed.list(""))).toEqual(expected);
    if (life === 0) await opened.journal.close();
    else await replayed.close();
  }
}

async function open(options: JournaledOptions = NEVER, folder = fresh()) {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "journal");
  const data = new SlowData();
  return { data, path, backend: new JournaledBackend(data, await JournalFile.open(path), options) };
}

async function copyOf(path: string): Promise<string> {
  const copy = fresh();
  await copyFile(path, copy);
  return copy;
}

async function recordsIn(path: string): Promise<number> {
  const { journal, records } = await JournalFile.open(await copyOf(path));
  await journal.close();
  return records.length;
}

function writes(changes: Readonly<Record<string, Stored | undefined>>): Writes {
  return new Map(Object.entries(changes));
}

/** Data in memory whose writes can be held up, and made to fail. */
class SlowData implements Backend {
  readonly backend = memoryBackend();
  readonly commits: number[] = [];
  refused = 0;
  revision = 0;
  #gate: Promise<void> = Promise.resolve();
  #refusals = 0;
  #reason = new Error("none");

  read(key: string): Stored | undefined {
    return this.backend.read(key);
  }

  list(prefix: string): ReturnType<Backend["list"]> {
    return this.backend.list(prefix);
  }

  leased(): readonly string[] {
    return this.backend.leased();
  }

  async write(changes: Writes, revision: number): Promise<void> {
    await this.#gate;
    if (this.#refusals > 0) {
      this.#refusals--;
      this.refused++;
      throw this.#reason;
    }
    this.backend.write(changes, revision);
    this.revision = revision;
    this.commits.push(revision);
  }

  async close(): Promise<void> {}

  /** As if another had written it. */
  async now(changes: Readonly<Record<string, Stored | undefined>>, revision = 0): Promise<void> {
    this.backend.write(writes(changes), revision);
    this.revision = revision;
  }

  /** What a new process would find. */
  asOf(): Backend {
    const copy = memoryBackend();
    copy.write(new Map(this.backend.list("")), this.revision);
    return { ...copy, revision: this.revision };
  }

  hold(): () => void {
    let resume = () => {};
    this.#gate = new Promise((resolve) => {
      resume = resolve;
    });
    return () => resume();
  }

  refuse(reason: Error, times: number): void {
    this.#reason = reason;
    this.#refusals = times;
  }
}
