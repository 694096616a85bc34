import { HOST_OWNER } from "@cnm/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AddressResource } from "../resource.ts";
import { keyed } from "../resource-key.ts";
import { Expectations, placeOf } from "./expectations.ts";

const address = (n: number): AddressResource =>
  keyed({ kind: "address", owner: HOST_OWNER, link: `link${n % 2}`, address: `10.0.0.${n >> 1}/24` });

const keysAt = (expectations: Expectations, n: number): readonly string[] =>
  expectations
    .at(placeOf("address", undefined, `10.0.0.${n >> 1}/24`))
    .filter(({ arriving }) => !arriving)
    .map(({ resource }) => resource.key);

describe("what is expected", () => {
  it("is what was added and not removed, whatever failed in between", () => {
    const numbers = fc.array(fc.nat(7), { maxLength: 4 });
    const change = fc.record({ remove: numbers, add: numbers, fails: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const expectations = new Expectations();
        const model = new Set<string>();
        for (const { remove, add, fails } of changes) {
          const { done, failed } = expectations.begin({ remove: remove.map(address), add: add.map(address) });
          for (const n of [...remove, ...add]) expect(keysAt(expectations, n)).not.toContain(address(n).key);
          if (fails) failed();
          else {
            done();
            for (const n of remove) model.delete(address(n).key);
            for (const n of add) model.add(address(n).key);
          }
        }
        expect(new Set(expectations.all().map(({ resource }) => resource.key))).toEqual(model);
        for (let n = 0; n < 8; n++)
          expect(keysAt(expectations, n).includes(address(n).key)).toBe(model.has(address(n).key));
      }),
    );
  });

  it("is found by both ends of a veth pair", () => {
    const expectations = new Expectations();
    const link = keyed({
      kind: "link",
      owner: HOST_OWNER,
      name: "veth1",
      type: "veth",
      up: true,
      peer: { netns: "/run/box", name: "eth0", mac: "02:00:00:00:00:01", up: true },
    });
    expectations.seen(link);
    expect(expectations.at(placeOf("link", undefined, "veth1"))).toHaveLength(1);
    const [inner] = expectations.at(placeOf("link", "/run/box", "eth0"));
    if (inner !== undefined) expectations.drop(inner);
    expect(expectations.at(placeOf("link", undefined, "veth1"))).toEqual([]);
  });
});
