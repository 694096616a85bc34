import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, Children } from "../../../../test/support/children.ts";
import { lockDirectory } from "./lock-directory.ts";
import { ownIdentity } from "./process-identity.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-lock-"));
const children = new Children("test/support/store-child.ts");
let count = 0;
const fresh = () => join(root, `${++count}`);
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
    await expect(lockDirectory(directory)).rejects.toThrow(`${directory} is in use by process ${process.pid} (me: `);
    expect(await readdir(directory)).toEqual(["cnm.lock"]);
  });

  it("does not go with the release of another", async () => {
    const directory = fresh();
    const first = await lockDirectory(directory);
    await rm(join(directory, "cnm.lock"));
    await using _ = await lockDirectory(directory);
    await first.release();
    await expect(lockDirectory(directory)).rejects.toMatchObject(inUse);
  });

  it("is refused to other processes, which learn who holds it and what to do", async () => {
    const directory = fresh();
    const child = await children.start("locker");
    expect(await child.ask(directory)).toBe("locked");
    const expected = new RegExp(`process ${child.pid} \\(the test's child: .*child.mjs locker\\): stop that process`);
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
    expect(await readdir(directory)).toEqual(["cnm.lock"]);
  });

  it.each([
    ["whose process number is another process's now", { startTime: "1" }],
    ["of another boot", { bootId: "00000000-0000-0000-0000-000000000000" }],
  ])("is none when it is one %s", async (_, change) => {
    const directory = fresh();
    await mkdir(directory);
    const stale = { ...(await ownIdentity()), id: "stale", ...change };
    await writeFile(join(directory, "cnm.lock"), JSON.stringify(stale));
    await using __ = await lockDirectory(directory);
    expect(JSON.parse(await readFile(join(directory, "cnm.lock"), "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("holds where the system tells only process numbers", async () => {
    const directory = fresh();
    await mkdir(directory);
    await writeFile(join(directory, "cnm.lock"), JSON.stringify({ pid: process.ppid, id: "other" }));
    await expect(lockDirectory(directory)).rejects.toThrow(`process ${process.ppid}`);
  });

  it("holds when the one who takes over a dead lock has not finished", async () => {
    const directory = fresh();
    await mkdir(directory);
    const identity = await ownIdentity();
    await writeFile(join(directory, "cnm.lock"), JSON.stringify({ ...identity, startTime: "1", id: "dead" }));
    await writeFile(join(directory, "cnm.lock.after-dead"), JSON.stringify({ ...identity, id: "alive" }));
    await expect(lockDirectory(directory)).rejects.toMatchObject(inUse);
  });

  it("is taken over also from those who died while they took it over", async () => {
    const directory = fresh();
    await mkdir(directory);
    const identity = { ...(await ownIdentity()), startTime: "1" };
    await writeFile(join(directory, "cnm.lock"), JSON.stringify({ ...identity, id: "first" }));
    await writeFile(join(directory, "cnm.lock.after-first"), JSON.stringify({ ...identity, id: "second" }));
    await writeFile(join(directory, "cnm.lock.after-second"), JSON.stringify({ ...identity, id: "third" }));
    await writeFile(join(directory, "cnm.lock.new-4194305-third"), "");
    await using _ = await lockDirectory(directory);
    expect(await readdir(directory)).toEqual(["cnm.lock"]);
  });

  it("leaves a lock file alone that says nothing", async () => {
    const directory = fresh();
    await mkdir(directory);
    await writeFile(join(directory, "cnm.lock"), "");
    await expect(lockDirectory(directory)).rejects.toThrow(`${directory}/cnm.lock is not a lock file of cnm`);
  });

  it("names the directory that cannot be made", async () => {
    const file = fresh();
    await writeFile(file, "");
    const expected = { kind: "unavailable", code: "state-not-locked", message: expect.stringContaining(file) };
    await expect(lockDirectory(file)).rejects.toMatchObject(expected);
  });

  it("is won by exactly one of eight who race for a dead one's", async () => {
    const racers = await Promise.all(Array.from({ length: 8 }, () => children.start("locker")));
    for (let round = 0; round < 20; round++) {
      const directory = fresh();
      const holder = await children.start("locker");
      expect(await holder.ask(directory)).toBe("locked");
      await holder.kill();
      const answers = await Promise.all(racers.map((racer) => racer.ask(directory)));
      expectOneWinner(racers, answers);
      expect(await readdir(directory)).toEqual(["cnm.lock"]);
    }
  });

  it("is won by exactly one, again and again, when each winner is killed", async () => {
    const directory = fresh();
    let racers = await Promise.all(Array.from({ length: 8 }, () => children.start("locker")));
    while (racers.length > 0) {
      const answers = await Promise.all(racers.map((racer) => racer.ask(directory)));
      const winner = expectOneWinner(racers, answers);
      await winner.kill();
      racers = racers.filter((racer) => racer !== winner);
    }
  });
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
