import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import { canonicalAddress, canonicalInterfaceAddress, canonicalPrefix } from "./canonical.ts";
import { formatAddress } from "./format-address.ts";
import {
  contains,
  formatPrefix,
  type InterfaceAddress,
  lastAddress,
  networkOf,
  overlaps,
  parseInterfaceAddress,
  parsePrefix,
  prefixSize,
} from "./prefix.ts";

const interfaceAddresses: fc.Arbitrary<InterfaceAddress> = fc.constantFrom<4 | 6>(4, 6).chain((family) => {
  const bits = family === 4 ? 32 : 128;
  return fc.record({
    family: fc.constant(family),
    value: fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }),
    length: fc.integer({ min: 0, max: bits }),
  });
});
const prefixes = interfaceAddresses.map(networkOf);

describe("parsePrefix", () => {
  it("reads a network", () => {
    expect(parsePrefix("10.7.0.0/24")).toEqual({ family: 4, value: 0x0a070000n, length: 24 });
    expect(parsePrefix("::/0")).toEqual({ family: 6, value: 0n, length: 0 });
  });

  it.each([
    ["10.7.0.5/24", "host bits set; the network is 10.7.0.0/24"],
    ["fd07::1/64", "host bits set; the network is fd07::/64"],
    ["10.7.0.0", "no prefix length"],
    ["10.7.0.0/33", '"33" is no prefix length from 0 to 32'],
    ["fd07::/129", '"129" is no prefix length from 0 to 128'],
    ["10.7.0.0/-1", "no prefix length from 0 to 32"],
    ["10.7.0.0/08", "no prefix length from 0 to 32"],
    ["10.7.0.0/24/24", "no prefix length from 0 to 32"],
    ["10.7.0.0/", '"" is no prefix length'],
    ["10.7.0/24", "neither four numbers"],
  ])("refuses %s and says why", (text, reason) => {
    expect(() => parsePrefix(text)).toThrow(reason);
    expect(() => parsePrefix(text)).toThrow(JSON.stringify(text));
  });

  it("undoes formatPrefix", () => {
    fc.assert(
      fc.property(prefixes, (prefix) => {
        expect(parsePrefix(formatPrefix(prefix))).toEqual(prefix);
      }),
    );
  });
});

describe("parseInterfaceAddress", () => {
  it("keeps host bits", () => {
    fc.assert(
      fc.property(interfaceAddresses, (address) => {
        expect(parseInterfaceAddress(formatPrefix(address))).toEqual(address);
      }),
    );
  });
});

describe("contains and overlaps", () => {
  it("agree with node:net's block list", () => {
    fc.assert(
      fc.property(prefixes, interfaceAddresses, (prefix, address) => {
        const list = new BlockList();
        list.addSubnet(formatAddress(prefix), prefix.length, prefix.family === 4 ? "ipv4" : "ipv6");
        const { length: _, ...single } = address;
        expect(contains(prefix, single)).toBe(
          prefix.family === address.family && list.check(formatAddress(single), address.family === 4 ? "ipv4" : "ipv6"),
        );
      }),
    );
  });

  it("overlap is containment one way or the other", () => {
    // Small spaces, so that overlaps are common.
    const small = fc
      .record({ value: fc.bigInt({ min: 0n, max: 255n }), length: fc.integer({ min: 24, max: 32 }) })
      .map((part) => networkOf({ family: 4, ...part }));
    fc.assert(
      fc.property(small, small, (a, b) => {
        const common = a.value <= lastAddress(b).value && b.value <= lastAddress(a).value;
        expect(overlaps(a, b)).toBe(common);
        expect(overlaps(b, a)).toBe(common);
        expect(contains(a, b)).toBe(a.value <= b.value && lastAddress(b).value <= lastAddress(a).value);
      }),
    );
  });

  it("families have nothing in common", () => {
    expect(overlaps(parsePrefix("0.0.0.0/0"), parsePrefix("::/0"))).toBe(false);
    expect(contains(parsePrefix("::/0"), parseAddress("10.0.0.1"))).toBe(false);
  });
});

describe("prefixSize and lastAddress", () => {
  it("count up to the whole space", () => {
    expect(prefixSize(parsePrefix("::/0"))).toBe(2n ** 128n);
    expect(prefixSize(parsePrefix("10.7.0.1/32"))).toBe(1n);
    expect(formatAddress(lastAddress(parsePrefix("10.7.0.0/24")))).toBe("10.7.0.255");
  });
});

describe("canonical texts", () => {
  it("are RFC 5952", () => {
    expect(canonicalAddress("FD07:0::0001")).toBe("fd07::1");
    expect(canonicalPrefix("FD07:0::/64")).toBe("fd07::/64");
    expect(canonicalInterfaceAddress("FD07:0::1/64")).toBe("fd07::1/64");
    expect(() => canonicalPrefix("fd07::1/64")).toThrow("host bits");
  });
});
