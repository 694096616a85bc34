import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shuffled } from "./shuffle.ts";

describe("a shuffled list", () => {
  it("has the same items", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9)),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        (of, randoms) => {
          const random = () => randoms.next().value;
          expect([...shuffled(of, random)].sort()).toEqual([...of].sort());
        },
      ),
    );
  });

  it("is in each order once when chance takes each of its ways once", () => {
    const orders = [0, 0.5].flatMap((second) =>
      [0, 0.4, 0.7].map((third) => {
        const values = [0, second, third];
        return shuffled(["a", "b", "c"], () => values.shift() ?? 0).join("");
      }),
    );
    expect(orders.sort()).toEqual(["abc", "acb", "bac", "bca", "cab", "cba"]);
  });
});
