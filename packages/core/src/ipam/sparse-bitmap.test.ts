import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SparseBitmap } from "./sparse-bitmap.ts";

type Step = { readonly kind: "add" | "delete" | "fill" | "empty" | "search"; readonly member: number };

describe("SparseBitmap", () => {
  it("behaves as a plain set does", () => {
    // 1,100 members reach the third level: 32 full words make one full word of the second.
    const sizes = fc.constantFrom(1, 2, 31, 32, 33, 1023, 1024, 1100);
    const steps = fc.array(
      fc.record<Step>({
        kind: fc.constantFrom("add", "delete", "fill", "empty", "search"),
        member: fc.nat(1099),
      }),
      { maxLength: 60, size: "max" },
    );
    fc.assert(
      fc.property(sizes, steps, (size, list) => {
        const bitmap = new SparseBitmap(size);
        const model = new Set<number>();
        for (const { kind, member: number } of list) {
          const member = number % size;
          // Runs, because single members hardly ever fill a word.
          const end = Math.min(size, member + 400);
          if (kind === "add") model.add(member);
          if (kind === "delete") model.delete(member);
          if (kind === "fill") for (let next = member; next < end; next++) model.add(next);
          if (kind === "empty") for (let next = member; next < end; next++) model.delete(next);
          for (let next = member; next < end; next++) {
            if (model.has(next)) bitmap.add(next);
            else bitmap.delete(next);
          }
          expect(bitmap.has(member)).toBe(model.has(member));
          expect(bitmap.firstAbsent(member)).toBe(firstAbsent(model, size, member));
          expect(bitmap.firstAbsent()).toBe(firstAbsent(model, size, 0));
        }
      }),
    );
  });

  it("keeps apart numbers that 32-bit arithmetic would confuse", () => {
    const bitmap = new SparseBitmap(2 ** 48);
    bitmap.add(2 ** 40 + 5);
    expect(bitmap.has(2 ** 40 + 5)).toBe(true);
    expect(bitmap.has(5)).toBe(false);
    expect(bitmap.firstAbsent(2 ** 40 + 5)).toBe(2 ** 40 + 6);
    bitmap.add(2 ** 48 - 1);
    expect(bitmap.firstAbsent(2 ** 48 - 1)).toBeUndefined();
  });
});

function firstAbsent(model: ReadonlySet<number>, size: number, from: number): number | undefined {
  for (let candidate = from; candidate < size; candidate++) if (!model.has(candidate)) return candidate;
  return undefined;
}
