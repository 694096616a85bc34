import { expect, it } from "vitest";
import { LastHolders } from "./last-holders.ts";

const [ONE, TWO] = ["02:00:00:00:00:01", "02:00:00:00:00:02"];

it("says whether an address had another holder", () => {
  const holders = new LastHolders();
  expect(holders.changes("10.7.0.2", ONE)).toBe(false);
  expect(holders.changes("10.7.0.2", ONE)).toBe(false);
  expect(holders.changes("10.7.0.2", TWO)).toBe(true);
  expect(holders.changes("10.7.0.3", TWO)).toBe(false);
});

it("forgets those that have not come back for longest", () => {
  const holders = new LastHolders(2);
  holders.changes("10.7.0.2", ONE);
  holders.changes("10.7.0.3", ONE);
  holders.changes("10.7.0.2", ONE);
  holders.changes("10.7.0.4", ONE);
  expect(holders.changes("10.7.0.2", TWO)).toBe(true);
  expect(holders.changes("10.7.0.3", TWO)).toBe(false);
});
