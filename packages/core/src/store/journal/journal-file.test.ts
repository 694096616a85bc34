import { ftruncateSync, writeSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { JournalFile, type JournalSystem } from "./journal-file.ts";
import type { JournalRecord } from "./journal-record.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-journal-"));
afterAll(() => rm(root, { recursive: true }));
let count = 0;
const fresh = () => join(root, `${++count}.journal`);

const record = (revision: number, text = `"${revision}"`): JournalRecord => ({
  before: revision - 1,
  revision,
  writes: new Map([[`key/${revision}`, { text, revision }]]),
});

const notWritten = { kind: "unavailable", code: "store-not-written" };

describe("journal file", () => {
  it("is for its user only, and holds what was appended in each of its lives", async () => {
    const path = fresh();
    for (let revision = 1; revision <= 3; revision++) {
      const { journal, records } = await JournalFile.open(path);
      expect(records).toEqual([1, 2, 3].slice(0, revision - 1).map((earlier) => record(earlier)));
      journal.append(record(revision));
      expect(journal.size).toBe((await stat(path)).size);
      await journal.close();
    }
    // On Windows files are read by whom their folder's access list allows, and Node tells that they can be written.
    expect((await stat(path)).mode & 0o777).toBe(process.platform === "win32" ? 0o666 : 0o600);
  });

  it("takes records of any size, in any characters", async () => {
    const path = fresh();
    const records = ["x".repeat(300_000), "\u{1f30d}é".repeat(40_000), "small"].map((text, n) => record(n + 1, text));
    const { journal } = await JournalFile.open(path);
    for (const each of records) journal.append(each);
    await journal.close();
    expect(await recordsIn(path)).toEqual(records);
  });

  it("goes on behind the last whole record", async () => {
    const path = fresh();
    const { journal } = await JournalFile.open(path);
    journal.append(record(1));
    journal.append(record(2));
    await journal.close();
    await writeFile(path, (await readFile(path)).subarray(0, -1));
    const again = await JournalFile.open(path);
    again.journal.append(record(2, '"other"'));
    await again.journal.close();
    expect(await recordsIn(path)).toEqual([record(1), record(2, '"other"')]);
  });

  it("is empty after a reset, and takes more", async () => {
    const path = fresh();
    const { journal } = await JournalFile.open(path);
    const empty = journal.size;
    journal.append(record(1));
    journal.reset();
    expect([journal.size, (await stat(path)).size]).toEqual([empty, empty]);
    journal.append(record(2));
    await journal.close();
    expect(await recordsIn(path)).toEqual([record(2)]);
  });

  it("holds only what came after a reset, also where it could not be shortened", async () => {
    const path = fresh();
    const system = failing();
    const { journal } = await JournalFile.open(path, system);
    for (let revision = 1; revision <= 5; revision++) journal.append(record(revision));
    system.cannotCut = true;
    journal.reset();
    journal.append(record(6));
    await journal.close();
    expect(await recordsIn(path)).toEqual([record(6)]);
  });

  it("has nothing of a record that a full disk took in part, and goes on when there is room", async () => {
    const path = fresh();
    const system = failing();
    const { journal } = await JournalFile.open(path, system);
    journal.append(record(1));
    for (const room of [0, 1, 7, 8, 9, 20]) {
      system.room = room;
      const message = expect.stringMatching(/\.journal cannot be written: ENOSPC/);
      expect(() => journal.append(record(2))).toThrow(expect.objectContaining({ ...notWritten, message }));
      expect(await recordsIn(path)).toEqual([record(1)]);
      expect((await stat(path)).size).toBe(journal.size);
    }
    system.room = Number.POSITIVE_INFINITY;
    journal.append(record(2));
    await journal.close();
    expect(await recordsIn(path)).toEqual([record(1), record(2)]);
  });

  it("writes on where the system takes a record in pieces", async () => {
    const path = fresh();
    const pieces: JournalSystem = {
      ftruncateSync,
      writeSync: (fd, buffer, offset, length, position) => writeSync(fd, buffer, offset, Math.min(length, 5), position),
    };
    const { journal } = await JournalFile.open(path, pieces);
    journal.append(record(1));
    await journal.close();
    expect(await recordsIn(path)).toEqual([record(1)]);
  });

  it("takes nothing more while what failed is still in it, then mends itself", async () => {
    const path = fresh();
    const system = failing();
    const { journal } = await JournalFile.open(path, system);
    journal.append(record(1));
    [system.room, system.cannotCut] = [20, true];
    expect(() => journal.append(record(2))).toThrow(expect.objectContaining(notWritten));
    system.room = Number.POSITIVE_INFINITY;
    const message = expect.stringMatching(/cannot be mended after a write that failed.*EIO/);
    expect(() => journal.append(record(2))).toThrow(expect.objectContaining({ ...notWritten, message }));
    system.cannotCut = false;
    journal.append(record(2));
    await journal.close();
    expect(await recordsIn(path)).toEqual([record(1), record(2)]);
  });

  it("says what cannot be opened", async () => {
    const path = join(root, "missing", "a.journal");
    const message = expect.stringContaining(path);
    await expect(JournalFile.open(path)).rejects.toMatchObject({ code: "store-not-read", message });
  });
});

/** A system whose disk has so much room, and may refuse to shorten files. */
function failing(): JournalSystem & { room: number; cannotCut: boolean } {
  return {
    room: Number.POSITIVE_INFINITY,
    cannotCut: false,
    writeSync(fd, buffer, offset, length, position) {
      if (this.room === 0) throw new Error("ENOSPC: no space left on device");
      const written = writeSync(fd, buffer, offset, Math.min(length, this.room), position);
      this.room -= written;
      return written;
    },
    ftruncateSync(fd, length) {
      if (this.cannotCut) throw new Error("EIO: i/o error");
      ftruncateSync(fd, length);
    },
  };
}

/** Of a copy: to open it would mend it. */
async function recordsIn(path: string): Promise<readonly JournalRecord[]> {
  const copy = fresh();
  await writeFile(copy, await readFile(path));
  const { journal, records } = await JournalFile.open(copy);
  await journal.close();
  return records;
}
