import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, Children } from "../../../../test/support/children.ts";
import { lockDirectory } from "./lock-directory.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-lock-"));
const children = new Children("test/support/store-child.ts");
let count = 0;
const fresh = () => join(root, `${++count}`);
/** What lies in a directory that is locked: on Windows nobody can read the file of the lock itself. */
const LOCKED = process.platform === "win32" ? ["cnm.lock", "cnm.lock.holder"] : ["cnm.lock"];
/** In ms: starting a process takes seconds under Wine. */
const MANY_STARTS = 300_000;
const inUse = { kind: "conflict", code: "state-locked" };

beforeAll(() => children.prepare());
afterAll(async () => {
  await children.end();
  await rm(root, { recursive: true });
});

describe("lock of a directory", () => {
  it("is free again after its release, which leaves nothing behind", async () => {
    const directory = fresh();
    const first = await lockDirectory(directory);
    await first.release();
    await first.release();
    expect(await readdir(directory)).toEqual([]);
    {
      await using second = await lockDirectory(directory);
      expect(second.directory).toBe(directory);
    }
    expect(await readdir(directory)).toEqual([]);
  });

  it("is refused to its own process", async () => {
    const directory = fresh();
    await using _ = await lockDirectory(directory, { who: "me" });
    await expect(lockDirectory(`${directory}/../${count}`)).rejects.toMatchObject(inUse);
    await expect(lockDirectory(directory)).rejects.toThrow(`${directory} is in use by process ${process.pid} (me`);
    expect(await readdir(directory)).toEqual(LOCKED);
  });

  it("is refused to other processes, which learn who holds it and what to do", async () => {
    const directory = fresh();
    const child = await children.start("locker");
    expect(await child.ask(directory)).toBe("locked");
    // Windows does not tell the command line.
    const command = process.platform === "win32" ? "" : ": .*child.mjs locker";
    const expected = new RegExp(`process ${child.pid} \\(the test's child${command}\\): stop that process`);
    await expect(lockDirectory(directory)).rejects.toThrow(expected);
    expect(await child.ask("release")).toBe("released");
    await (await lockDirectory(directory)).release();
  });

  it("ends with its process, also by kill -9", async () => {
    const directory = fresh();
    for (let round = 0; round < 5; round++) {
      const child = await children.start("locker");
      expect(await child.ask(directory)).toBe("locked");
      await child.kill();
    }
    await using _ = await lockDirectory(directory);
    expect(await readdir(directory)).toEqual(LOCKED);
  });

  it("names the directory that cannot be made", async () => {
    const file = fresh();
    await writeFile(file, "");
    const expected = { kind: "unavailable", code: "state-not-locked", message: expect.stringContaining(file) };
    await expect(lockDirectory(file)).rejects.toMatchObject(expected);
  });

  it(
    "is won by exactly one of eight who race for a dead one's",
    async () => {
      const racers = await Promise.all(Array.from({ length: 8 }, () => children.start("locker")));
      for (let round = 0; round < 20; round++) {
        const directory = fresh();
        const holder = await children.start("locker");
        expect(await holder.ask(directory)).toBe("locked");
        await holder.kill();
        const answers = await Promise.all(racers.map((racer) => racer.ask(directory)));
        expectOneWinner(racers, answers);
        expect(await readdir(directory)).toEqual(LOCKED);
      }
    },
    MANY_STARTS,
  );

  it(
    "is won by exactly one, again and again, when each winner is killed",
    async () => {
      const directory = fresh();
      let racers = await Promise.all(Array.from({ length: 8 }, () => children.start("locker")));
      while (racers.length > 0) {
        const answers = await Promise.all(racers.map((racer) => racer.ask(directory)));
        const winner = expectOneWinner(racers, answers);
        await winner.kill();
        racers = racers.filter((racer) => racer !== winner);
      }
    },
    MANY_STARTS,
  );
});

function expectOneWinner(racers: readonly Child[], answers: readonly string[]): Child {
  const winners = racers.filter((_, index) => answers[index] === "locked");
  expect(winners.length, answers.join("\n")).toBe(1);
  const [winner] = winners;
  if (winner === undefined) throw new Error("nobody won");
  for (const answer of answers) {
    if (answer !== "locked") expect(answer).toContain(`state-locked`);
    if (answer !== "locked") expect(answer).toContain(`process ${winner.pid} `);
  }
  return winner;
}
