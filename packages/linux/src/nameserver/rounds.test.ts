import { expect, it } from "vitest";
import { Rounds } from "./rounds.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it("serves at once who is alone", async () => {
  const rounds = new Rounds();
  let count = 0;
  const serve = {
    serveBatch() {
      count++;
      return false;
    },
  };
  rounds.wake(serve);
  expect(count).toBe(1);
  await turn();
  await turn();
  expect(count).toBe(1);
});

it("serves a flood in turns with the others, four batches a turn of the event loop", async () => {
  const rounds = new Rounds();
  const served: string[] = [];
  const serving = (name: string, more: boolean) => ({
    serveBatch() {
      served.push(name);
      return more;
    },
  });
  const [flood, other] = [serving("flood", true), serving("other", false)];
  rounds.wake(flood);
  rounds.wake(other);
  rounds.wake(flood);
  expect(served.splice(0)).toEqual(["flood", "other"]);
  await turn();
  expect(served.splice(0)).toEqual(["flood", "flood", "flood", "flood"]);
  rounds.wake(other);
  expect(served).toEqual([]);
  await turn();
  expect(served.splice(0)).toEqual(["flood", "other", "flood", "flood"]);
  rounds.forget(flood);
  await turn();
  await turn();
  expect(served).toEqual([]);
});

it("serves many who come in one turn in the order in which they came, and everybody", async () => {
  const rounds = new Rounds();
  const served: number[] = [];
  for (let number = 0; number < 10; number++) {
    rounds.wake({
      serveBatch() {
        served.push(number);
        return false;
      },
    });
  }
  expect(served).toEqual([0, 1, 2, 3]);
  await turn();
  expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  await turn();
  expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("counts one who waits and is woken twice once", async () => {
  const rounds = new Rounds();
  const served: string[] = [];
  const serving = (name: string, more: boolean) => ({
    serveBatch() {
      served.push(name);
      return more;
    },
  });
  const flood = serving("flood", true);
  const twice = serving("twice", false);
  rounds.wake(flood);
  await turn();
  rounds.wake(twice);
  rounds.wake(twice);
  await turn();
  expect(served.filter((name) => name === "twice")).toHaveLength(1);
  rounds.forget(flood);
});
