import { expect, it } from "vitest";
import { Broadcast } from "./broadcast.ts";

const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const seen: T[] = [];
  for await (const value of values) seen.push(value);
  return seen;
};

it("gives each reader everything from its call on, whenever it reads", async () => {
  const source = new Broadcast(-1);
  const early = source.subscribe();
  source.publish(1);
  const late = source.subscribe();
  source.publish(2);
  source.close();
  source.publish(3);
  expect(await all(early)).toEqual([1, 2]);
  expect(await all(late)).toEqual([2]);
  expect(await all(source.subscribe())).toEqual([]);
});

it("tells a reader that is too slow that it has missed some", async () => {
  const source = new Broadcast(-1);
  const reader = source.subscribe();
  for (let value = 0; value < 1030; value++) source.publish(value);
  source.close();
  expect(await all(reader)).toEqual([-1, 1025, 1026, 1027, 1028, 1029]);
});

it("forgets a reader that leaves or is aborted", async () => {
  const source = new Broadcast(-1);
  const end = new AbortController();
  const aborted = source.subscribe({ signal: end.signal });
  const leaving = source.subscribe();
  source.publish(1);
  for await (const value of leaving) {
    expect(value).toBe(1);
    break;
  }
  end.abort();
  source.publish(2);
  expect(await all(aborted)).toEqual([1]);
});
