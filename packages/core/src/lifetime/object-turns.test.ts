import { expect, it } from "vitest";
import { ObjectTurns } from "./object-turns.ts";

it("does work on one object in turns, and on others at the same time", async () => {
  const turns = new ObjectTurns();
  const done: string[] = [];
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const first = turns.run("a", async () => {
    await held;
    done.push("a1");
  });
  const failing = turns.run("a", async () => {
    done.push("a2");
    throw new Error("no");
  });
  const last = turns.run("a", async () => done.push("a3"));
  await turns.run("b", async () => done.push("b"));
  expect(done).toEqual(["b"]);
  release();
  await first;
  await expect(failing).rejects.toThrow("no");
  await last;
  expect(done).toEqual(["b", "a1", "a2", "a3"]);
});

it("is idle when all has ended, also what was added meanwhile", async () => {
  const turns = new ObjectTurns();
  await turns.idle();
  let ended = 0;
  void turns.run("a", async () => {
    void turns.run("b", async () => ended++);
    ended++;
  });
  turns.run("a", async () => Promise.reject(new Error("no"))).catch(() => ended++);
  await turns.idle();
  expect(ended).toBe(3);
});
