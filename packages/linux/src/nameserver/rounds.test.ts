import { expect, it } from "vitest";
import { Rounds } from "./rounds.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("serves a flood in turns with the others, four batches a turn of the event loop", async () => {
  const rounds = new Rounds();
  const served: string[] = [];
  const flood = () => {
    served.push("flood");
    return true;
  };
  const other = () => {
    served.push("other");
    return false;
  };
  rounds.wake(flood);
  rounds.wake(other);
  expect(served).toEqual([]);
  await turn();
  expect(served).toEqual(["flood", "other", "flood", "flood"]);
  rounds.wake(other);
  await turn();
  expect(served.slice(4)).toEqual(["flood", "other", "flood", "flood"]);
  rounds.forget(flood);
  await turn();
  await turn();
  expect(served).toHaveLength(8);
});

it("serves many who are waiting in the order in which they came, and everybody", async () => {
  const rounds = new Rounds();
  const served: number[] = [];
  for (let number = 0; number < 10; number++) {
    rounds.wake(() => {
      served.push(number);
      return false;
    });
  }
  await turn();
  expect(served).toEqual([0, 1, 2, 3]);
  await turn();
  await turn();
  expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("counts one who is woken twice once", async () => {
  const rounds = new Rounds();
  let count = 0;
  const serve = () => {
    count++;
    return false;
  };
  rounds.wake(serve);
  rounds.wake(serve);
  await turn();
  expect(count).toBe(1);
});
