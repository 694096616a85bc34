import type { Backend } from "@cnm/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { maglev } from "./maglev.ts";
import { takeTurns } from "./slots.ts";

const backend = (number: number, weight: number): Omit<Backend, "endpointId"> => ({
  address: `10.7.0.${number}`,
  port: 80,
  weight,
});
const addresses = (slots: readonly { readonly address: string }[]) => slots.map(({ address }) => address.slice(7));
const countOf = (slots: readonly { readonly address: string }[], number: number) =>
  slots.filter(({ address }) => address === `10.7.0.${number}`).length;

test("turns of a heavy backend lie between those of the others", () => {
  expect(addresses(takeTurns([backend(1, 5), backend(2, 1), backend(3, 1)]))).toEqual([..."1121311"]);
  expect(addresses(takeTurns([backend(1, 1), backend(2, 1), backend(3, 1)]))).toEqual([..."123"]);
});

test("weights are divided by what they have in common, and who has none has no turn", () => {
  expect(addresses(takeTurns([backend(1, 200), backend(2, 0), backend(3, 100)]))).toEqual([..."131"]);
  expect(takeTurns([])).toEqual([]);
  expect(takeTurns([backend(1, 0)])).toEqual([]);
});

test("there are never more turns than can be changed at once, and everybody has one", () => {
  const slots = takeTurns([backend(1, 65_535), backend(2, 65_534), backend(3, 1)]);
  expect(slots.length).toBeLessThan(1_030);
  expect(countOf(slots, 3)).toBe(1);
  expect(Math.abs(countOf(slots, 1) - countOf(slots, 2))).toBeLessThanOrEqual(1);
});

test("a table of clients gives each backend its share", () => {
  const even = maglev([1, 2, 3].map((number) => backend(number, 1)));
  for (const number of [1, 2, 3]) expect(Math.abs(countOf(even, number) - even.length / 3)).toBeLessThan(2);
  const heavy = maglev([backend(1, 3), backend(2, 1), backend(3, 0)]);
  expect(countOf(heavy, 3)).toBe(0);
  expect(countOf(heavy, 1) / countOf(heavy, 2)).toBeCloseTo(3, 1);
  expect(maglev([])).toEqual([]);
});

test("when a backend goes, few clients of the others are sent elsewhere", () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 20 }), fc.nat(), (count, chosen) => {
      const backends = Array.from({ length: count }, (_, number) => backend(number, 1));
      const gone = backends[chosen % count]?.address;
      const before = maglev(backends);
      const after = maglev(backends.filter(({ address }) => address !== gone));
      if (after.length !== before.length) return;
      const moved = before.filter(({ address }, at) => address !== gone && address !== after[at]?.address).length;
      expect(moved / before.length).toBeLessThan(0.25);
    }),
  );
});
