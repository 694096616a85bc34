import { describe, expect, it } from "vitest";
import { findByTerm } from "./find-by-term.ts";

const items = [
  { id: "abc1", name: "web" },
  { id: "abd2", name: "abc" },
  { id: "fff3", name: "abc1" },
];
const find = (term: string) =>
  findByTerm(items, term, { missing: `${term} is missing`, ambiguous: (matches) => `${term} is any of ${matches}` });

describe("findByTerm", () => {
  it("takes a whole id before a name, and a name before the start of an id", () => {
    expect(find("abc1")).toBe(items[0]);
    expect(find("abc")).toBe(items[1]);
    expect(find("f")).toBe(items[2]);
  });

  it("refuses what could be several, and what is not there", () => {
    expect(() => find("ab")).toThrow("ab is any of 2");
    expect(() => find("zz")).toThrow("zz is missing");
    expect(() => find("")).toThrow(" is missing");
  });
});
