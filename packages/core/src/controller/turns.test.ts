import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

const soon = async (promise: Promise<void>): Promise<boolean> => {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  for (let step = 0; step < 5; step++) await undefined;
  return done;
};
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("Turns", () => {
  it("lets one begin at once, and each of the others in a turn of its own, in order", async () => {
    let turnsOver = 0;
    let ticking = setImmediate(function tick() {
      turnsOver++;
      ticking = setImmediate(tick);
    });
    const turns = new Turns();
    const begun: (readonly [number: number, turn: number])[] = [];
    await Promise.all([0, 1, 2, 3].map((number) => turns.next().then(() => begun.push([number, turnsOver]))));
    clearImmediate(ticking);
    expect(begun).toEqual([0, 1, 2, 3].map((number) => [number, number]));
  });

  it("holds up nobody who is alone", async () => {
    const turns = new Turns();
    for (let count = 0; count < 3; count++) {
      expect(await soon(turns.next())).toBe(true);
      await turn();
    }
  });

  it("lets nobody overtake those who wait", async () => {
    const turns = new Turns();
    const begun: string[] = [];
    const begin = (name: string) => turns.next().then(() => begun.push(name));
    const first = [begin("a"), begin("b"), begin("c")];
    await turn();
    await Promise.all([...first, begin("d")]);
    expect(begun).toEqual(["a", "b", "c", "d"]);
  });
});
