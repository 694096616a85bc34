import { expect, it } from "vitest";
import { LaterTurns } from "./later-turns.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("admits one a turn, in their order, and the first not at once", async () => {
  const turns = new LaterTurns();
  const admitted: number[] = [];
  for (const number of [1, 2, 3]) void turns.next().then(() => admitted.push(number));
  await Promise.resolve();
  expect(admitted).toEqual([]);
  for (const so of [[1], [1, 2], [1, 2, 3]]) {
    await turn();
    expect(admitted).toEqual(so);
  }
  void turns.next().then(() => admitted.push(4));
  await turn();
  expect(admitted).toEqual([1, 2, 3, 4]);
});
