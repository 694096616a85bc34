import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lockDirectory } from "./lock-directory.ts";
import { ownIdentity } from "./process-identity.ts";

const root = await mkdtemp(join(tmpdir(), "cnm-chain-"));
let count = 0;
const fresh = () => join(root, `${++count}`);
const inUse = { kind: "conflict", code: "state-locked" };

afterAll(() => rm(root, { recursive: true }));

describe("lock file of a directory", () => {
  it("does not go with the release of another", async () => {
    const directory = fresh();
    const first = await lockDirectory(directory);
    await rm(join(directory, "cnm.lock"));
    await using _ = await lockDirectory(directory);
    await first.release();
    await expect(lockDirectory(directory)).rejects.toMatchObject(inUse);
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
});
