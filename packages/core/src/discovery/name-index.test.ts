import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NetworkId } from "../model/ids.ts";
import { isDnsName } from "./dns-name.ts";
import type { NameEntry } from "./name-entry.ts";
import { NameIndex } from "./name-index.ts";

const NETWORKS = ["red", "green"] as unknown as readonly NetworkId[];
const NAMES = ["web", "WEB", "db", "a.b", "my box", "", "x".repeat(64), "é", "__proto__", "constructor"];
const ADDRESSES = ["10.7.0.2", "10.7.0.3", "fd07::2"];

const entry: fc.Arbitrary<NameEntry> = fc.record({
  id: fc.constantFrom("1", "2", "3", "4"),
  networkId: fc.constantFrom(...NETWORKS),
  names: fc.array(fc.constantFrom(...NAMES), { maxLength: 4 }),
  addresses: fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 2 }),
  ports: fc.constant([]),
});
const step = fc.record({ do: fc.constantFrom("put", "put", "delete"), entry });

const newIndex = () => {
  let last = 0;
  return new NameIndex(() => ++last);
};

describe("the index of names", () => {
  it("knows what a list of all entries knows", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const index = newIndex();
        let all: readonly NameEntry[] = [];
        for (const { do: what, entry: one } of steps) {
          const others = all.filter(({ id, networkId }) => id !== one.id || networkId !== one.networkId);
          all = what === "put" ? [...others, one] : others;
          if (what === "put") index.put(one);
          else index.delete(one);
        }
        for (const networkId of NETWORKS) {
          const here = all.filter((one) => one.networkId === networkId);
          for (const name of NAMES) {
            const has = ({ names }: NameEntry) => names.some((other) => other.toLowerCase() === name.toLowerCase());
            const expected = isDnsName(name) ? here.filter(has) : [];
            expect(new Set(index.named(networkId, name))).toEqual(new Set(expected));
          }
          for (const address of ADDRESSES) {
            const expected = here.filter(({ addresses }) => addresses.includes(address));
            expect(new Set(index.withAddress(networkId, address))).toEqual(new Set(expected));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("changes the generation of a network with each change in it, and with no other", () => {
    const [red, green] = NETWORKS;
    if (red === undefined || green === undefined) throw new Error("no networks");
    const index = newIndex();
    const web: NameEntry = { id: "1", networkId: red, names: ["web"], addresses: ["10.7.0.2"], ports: [] };
    const seen = [index.generation(red)];
    index.put(web);
    seen.push(index.generation(red));
    index.put({ ...web, addresses: [] });
    seen.push(index.generation(red));
    index.delete(web);
    seen.push(index.generation(red));
    expect(new Set(seen).size).toBe(4);
    index.delete(web);
    index.put({ ...web, networkId: green });
    expect(index.generation(red)).toBe(seen.at(-1));
  });

  it("forgets a network with all that is on it", () => {
    const [red] = NETWORKS;
    if (red === undefined) throw new Error("no networks");
    const index = newIndex();
    index.put({ id: "1", networkId: red, names: ["web"], addresses: ["10.7.0.2"], ports: [] });
    index.deleteNetwork(red);
    expect(index.named(red, "web")).toEqual([]);
    expect(index.withAddress(red, "10.7.0.2")).toEqual([]);
  });
});
