import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf, overlaps, type Prefix } from "../address/prefix.ts";
import { type Blocker, findFreePrefix } from "./find-free-prefix.ts";
import type { PoolSource } from "./predefined-pools.ts";

/** Prefixes of an eight-bit corner of each family, so that they often meet. */
const prefixes = fc
  .record({ family: fc.constantFrom<4 | 6>(4, 6), value: fc.nat(255), wide: fc.nat(8) })
  .map(({ family, value, wide }) => {
    const bits = family === 4 ? 32 : 128;
    return networkOf({ family, value: BigInt(value), length: bits - wide });
  });

const sources = fc.array(
  fc.tuple(prefixes, fc.nat(8)).map(([base, cut]): PoolSource => {
    const bits = base.family === 4 ? 32 : 128;
    return { base, size: Math.min(bits, base.length + cut) };
  }),
  { maxLength: 4 },
);

describe("findFreePrefix", () => {
  it("finds what trying all candidates finds, and counts what is blocked", () => {
    fc.assert(
      fc.property(sources, fc.array(prefixes, { maxLength: 30 }), (list, blocking) => {
        const blockers: Blocker[] = blocking.map((prefix) => ({ prefix, what: "" }));
        const candidates = list.flatMap(candidatesOf);
        const expected = candidates.find((candidate) => !blocking.some((prefix) => overlaps(prefix, candidate)));
        const result = findFreePrefix(list, blockers);
        expect(result.found).toEqual(expected);
        if (result.found !== undefined) return;
        expect(result.total).toBe(BigInt(candidates.length));
        expect([...result.blocked.values()].reduce((sum, count) => sum + count, 0n)).toBe(result.total);
      }),
      { numRuns: 1000 },
    );
  });
});

function candidatesOf({ base, size }: PoolSource): readonly Prefix[] {
  const step = 1n << BigInt((base.family === 4 ? 32 : 128) - size);
  return Array.from({ length: 2 ** (size - base.length) }, (_, index) => ({
    family: base.family,
    value: base.value + BigInt(index) * step,
    length: size,
  }));
}
