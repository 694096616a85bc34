import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rendezvous } from "./rendezvous.ts";

const itself = (name: string) => name;
const clients = Array.from({ length: 3_000 }, (_, number) => `client${number}`);

test("without candidates there is nobody to choose", () => {
  expect(rendezvous("client", [], itself)).toBeUndefined();
  expect(rendezvous("client", ["web1"], itself, () => 0)).toBeUndefined();
});

test("each candidate gets its share of the clients", () => {
  const weights: Readonly<Record<string, number>> = { web1: 1, web2: 1, web3: 2 };
  const counts = new Map<string, number>();
  for (const client of clients) {
    const chosen = rendezvous(client, Object.keys(weights), itself, (name) => weights[name] ?? 0) ?? "";
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
  }
  // The hash is the same each time: this is no matter of luck.
  expect(counts.get("web1")).toBeGreaterThan(700);
  expect(counts.get("web1")).toBeLessThan(800);
  expect(counts.get("web2")).toBeGreaterThan(700);
  expect(counts.get("web2")).toBeLessThan(800);
  expect(counts.get("web3")).toBeGreaterThan(1_430);
});

test("the order of the candidates does not matter, and only the clients of one that goes are sent elsewhere", () => {
  const names = fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(fc.string(), names, (client, candidates) => {
      const chosen = rendezvous(client, candidates, itself);
      expect(rendezvous(client, candidates.toReversed(), itself)).toBe(chosen);
      for (const gone of candidates) {
        if (gone === chosen) continue;
        const others = candidates.filter((candidate) => candidate !== gone);
        expect(rendezvous(client, others, itself)).toBe(chosen);
      }
    }),
  );
});
