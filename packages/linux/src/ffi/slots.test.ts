import { expect, it } from "vitest";
import { Slots } from "./slots.ts";

it("lets so many begin, and the others in their order as slots come free", () => {
  const slots = new Slots(2);
  const begun: number[] = [];
  for (let number = 0; number < 5; number++) slots.take(() => begun.push(number));
  expect(begun).toEqual([0, 1]);
  slots.give();
  slots.give();
  expect(begun).toEqual([0, 1, 2, 3]);
  slots.give();
  for (let count = 0; count < 4; count++) slots.give();
  slots.take(() => begun.push(5));
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});
