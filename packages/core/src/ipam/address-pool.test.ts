import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Address, parseAddress } from "../address/address.ts";
import { formatAddress } from "../address/format-address.ts";
import { contains, networkOf, type Prefix, parsePrefix } from "../address/prefix.ts";
import { AddressPool } from "./address-pool.ts";

const pool = (subnet: string, range?: string) =>
  new AddressPool("test", parsePrefix(subnet), range === undefined ? undefined : parsePrefix(range));

const next = (from: AddressPool, serial = false) => formatAddress(from.takeFree(serial));

function rest(from: AddressPool): string[] {
  const taken: string[] = [];
  for (;;) {
    try {
      taken.push(next(from));
    } catch (error) {
      expect(error).toMatchObject({ kind: "unavailable", code: "no-address" });
      return taken;
    }
  }
}

describe("which addresses a pool has", () => {
  it.each([
    ["10.7.0.0/29", ["10.7.0.1", "10.7.0.2", "10.7.0.3", "10.7.0.4", "10.7.0.5", "10.7.0.6"]],
    ["10.7.0.0/30", ["10.7.0.1", "10.7.0.2"]],
    ["10.7.0.0/31", ["10.7.0.0", "10.7.0.1"]],
    ["10.7.0.9/32", ["10.7.0.9"]],
    ["fd07::/126", ["fd07::1", "fd07::2", "fd07::3"]],
    ["fd07::/127", ["fd07::", "fd07::1"]],
    ["fd07::9/128", ["fd07::9"]],
    ["255.255.255.252/30", ["255.255.255.253", "255.255.255.254"]],
  ])("%s", (subnet, addresses) => {
    expect(rest(pool(subnet))).toEqual(addresses);
  });

  it("with a range: free ones from the range, named ones from the whole subnet", () => {
    const ranged = pool("10.7.0.0/24", "10.7.0.252/30");
    ranged.take(parseAddress("10.7.0.9"));
    expect(rest(ranged)).toEqual(["10.7.0.252", "10.7.0.253", "10.7.0.254"]);
    expect(() => ranged.takeFree(false)).toThrow("no address is left in range 10.7.0.252/30 of pool 10.7.0.0/24");
  });
});

describe("taking a named address", () => {
  it.each([
    ["10.7.0.0", "forbidden", "address-in-use", "10.7.0.0 is the network address of 10.7.0.0/24"],
    ["10.7.0.255", "forbidden", "address-in-use", "10.7.0.255 is the broadcast address of 10.7.0.0/24"],
    ["10.7.0.1", "forbidden", "address-in-use", "10.7.0.1 is in use in pool 10.7.0.0/24"],
    ["10.7.1.1", "invalid", "address-out-of-range", "10.7.1.1 is not in pool 10.7.0.0/24"],
    ["fd07::1", "invalid", "address-out-of-range", "fd07::1 is not in pool 10.7.0.0/24"],
  ])("%s fails as %s %s", (text, kind, code, message) => {
    const subject = pool("10.7.0.0/24");
    subject.takeFree(false);
    expect(() => subject.take(parseAddress(text))).toThrow(
      expect.objectContaining({ kind, code, message: expect.stringContaining(message) }),
    );
  });

  it("works far beyond what a double can count", () => {
    const subject = pool("fd00::/8");
    subject.take(parseAddress("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    expect(() => subject.take(parseAddress("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))).toThrow("in use");
    expect(next(subject)).toBe("fd00::1");
  });
});

describe("serial", () => {
  it("takes the next after the last, and wraps", () => {
    const subject = pool("10.7.0.0/29");
    expect([1, 2, 3].map(() => next(subject, true))).toEqual(["10.7.0.1", "10.7.0.2", "10.7.0.3"]);
    subject.giveBack(parseAddress("10.7.0.1"));
    subject.giveBack(parseAddress("10.7.0.2"));
    subject.giveBack(parseAddress("10.7.0.3"));
    expect([1, 2, 3, 4].map(() => next(subject, true))).toEqual(["10.7.0.4", "10.7.0.5", "10.7.0.6", "10.7.0.1"]);
  });
});

describe("an address that was given back", () => {
  it("rests until a quarter of the pool has been given back after it", () => {
    const subject = pool("10.7.0.0/28");
    const taken = [1, 2, 3, 4, 5].map(() => subject.takeFree(false));
    for (const address of taken) subject.giveBack(address);
    // Four rest; the fifth pushed out the first.
    expect([1, 2].map(() => next(subject))).toEqual(["10.7.0.1", "10.7.0.6"]);
  });

  it("is used again, the oldest first, when nothing else is free", () => {
    const subject = pool("10.7.0.0/28");
    rest(subject);
    for (const text of ["10.7.0.9", "10.7.0.3", "10.7.0.5"]) subject.giveBack(parseAddress(text));
    expect(rest(subject)).toEqual(["10.7.0.9", "10.7.0.3", "10.7.0.5"]);
  });

  it("can be had by name at once", () => {
    const subject = pool("10.7.0.0/24");
    const address = subject.takeFree(false);
    subject.giveBack(address);
    subject.take(address);
    expect(() => subject.take(address)).toThrow("in use");
  });

  it("rests on after a restart", () => {
    const subject = pool("10.7.0.0/24");
    subject.take(parseAddress("10.7.0.2"));
    subject.restoreReleased(["10.7.0.1", "10.7.0.2", "10.7.0.0", "192.0.2.1"].map(parseAddress));
    expect(next(subject)).toBe("10.7.0.3");
    expect(() => subject.take(parseAddress("10.7.0.2"))).toThrow("in use");
    subject.take(parseAddress("10.7.0.1"));
  });

  it("never frees what is reserved", () => {
    const subject = pool("10.7.0.0/24");
    subject.giveBack(parseAddress("10.7.0.0"));
    subject.giveBack(parseAddress("10.7.0.255"));
    expect(() => subject.take(parseAddress("10.7.0.0"))).toThrow("network address");
    expect(() => subject.take(parseAddress("10.7.0.255"))).toThrow("broadcast address");
  });
});

describe("AddressPool against a naive model", () => {
  const commands = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant("free" as const), serial: fc.boolean() }),
      fc.record({ kind: fc.constant("take" as const), offset: fc.nat(70) }),
      fc.record({ kind: fc.constant("give" as const), offset: fc.nat(70) }),
      fc.record({ kind: fc.constant("restore" as const), offset: fc.nat(70) }),
    ),
    { maxLength: 200, size: "max" },
  );
  const bases = fc.constantFrom("10.7.0.0", "255.255.255.192", "fd07::", "fd07::ffff:ffff:ffff:ffc0");

  it("agrees on every answer", () => {
    fc.assert(
      fc.property(
        bases,
        fc.integer({ min: 0, max: 6 }),
        fc.nat(6),
        fc.nat(63),
        commands,
        (base, bits, cut, at, list) => {
          const start = parseAddress(base);
          const width = start.family === 4 ? 32 : 128;
          const subnet = { ...start, length: width - bits };
          const rangeBits = Math.min(bits, cut);
          const inside = start.value + BigInt(at % 2 ** bits);
          const range = networkOf({ family: start.family, value: inside, length: width - rangeBits });
          const subject = new AddressPool("test", subnet, range);
          const model = new NaivePool(subnet, range);

          for (const command of list) {
            if (command.kind === "free") {
              expect(outcome(() => subject.takeFree(command.serial).value)).toEqual(model.takeFree(command.serial));
              continue;
            }
            const address: Address = { family: start.family, value: start.value + BigInt(command.offset) };
            if (command.kind === "take") {
              expect(outcome(() => void subject.take(address))).toEqual(model.take(address.value));
            } else if (command.kind === "give") {
              subject.giveBack(address);
              model.giveBack(address.value);
            } else {
              subject.restoreReleased([address]);
              model.restore(address.value);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

function outcome(body: () => bigint | undefined): bigint | string | undefined {
  try {
    return body();
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Lists and loops; what the pool is to do, without any cleverness. */
class NaivePool {
  readonly #subnet: Prefix;
  readonly #range: readonly bigint[];
  readonly #reserved: readonly bigint[];
  readonly #used: bigint[] = [];
  #resting: bigint[] = [];
  #last: bigint | undefined;

  constructor(subnet: Prefix, range: Prefix) {
    this.#subnet = subnet;
    const all = listOf(subnet);
    this.#range = listOf(range);
    const ends = subnet.family === 4 ? [all[0], all[all.length - 1]] : [all[0]];
    this.#reserved = all.length <= 2 ? [] : ends.filter((value) => value !== undefined);
  }

  takeFree(serial: boolean): bigint | string {
    const free = this.#range.filter((value) => ![...this.#used, ...this.#resting, ...this.#reserved].includes(value));
    const after = free.filter((value) => this.#last === undefined || value > this.#last);
    const rested = this.#resting.filter((value) => this.#range.includes(value));
    const value = (serial ? after[0] : undefined) ?? free[0] ?? rested[0];
    if (value === undefined) return "no-address";
    this.#last = value;
    this.#resting = this.#resting.filter((other) => other !== value);
    this.#used.push(value);
    return value;
  }

  take(value: bigint): string | undefined {
    if (!contains(this.#subnet, { family: this.#subnet.family, value })) return "address-out-of-range";
    if (this.#used.includes(value) || this.#reserved.includes(value)) return "address-in-use";
    this.#resting = this.#resting.filter((other) => other !== value);
    this.#used.push(value);
    return undefined;
  }

  giveBack(value: bigint): void {
    if (!this.#used.includes(value)) return;
    this.#used.splice(this.#used.indexOf(value), 1);
    this.#rest(value);
  }

  restore(value: bigint): void {
    if (!contains(this.#subnet, { family: this.#subnet.family, value })) return;
    if (![...this.#used, ...this.#resting, ...this.#reserved].includes(value)) this.#rest(value);
  }

  #rest(value: bigint): void {
    this.#resting.push(value);
    if (this.#resting.length > Math.floor(this.#range.length / 4)) this.#resting.shift();
  }
}

const listOf = (prefix: Prefix): readonly bigint[] =>
  Array.from(
    { length: 2 ** ((prefix.family === 4 ? 32 : 128) - prefix.length) },
    (_, index) => prefix.value + BigInt(index),
  );
