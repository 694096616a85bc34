import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { IPv4, IPv6 } from "ip-num";
import { describe, expect, it } from "vitest";
import { parseAddress, readAddress } from "./address.ts";
import { formatAddress } from "./format-address.ts";

const addresses = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: 4 as const, value })),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 6 as const, value })),
  // Addresses as they really are: mostly zero groups.
  fc
    .array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    })
    .map((groups) => ({ family: 6 as const, value: groups.reduce((sum, group) => sum * 65536n + BigInt(group), 0n) })),
);

describe("parseAddress", () => {
  it.each([
    ["0.0.0.0", 4, 0n],
    ["10.7.0.2", 4, 0x0a070002n],
    ["255.255.255.255", 4, 0xffffffffn],
    ["::", 6, 0n],
    ["::1", 6, 1n],
    ["FD07::A", 6, 0xfd07_0000_0000_0000_0000_0000_0000_000an],
    ["1:2:3:4:5:6:7:8", 6, 0x0001_0002_0003_0004_0005_0006_0007_0008n],
    ["1:2:3:4:5:6:7::", 6, 0x0001_0002_0003_0004_0005_0006_0007_0000n],
    ["::ffff:192.0.2.1", 6, 0xffff_c000_0201n],
  ])("reads %s", (text, family, value) => {
    expect(parseAddress(text)).toEqual({ family, value });
  });

  it.each([
    ["", "empty"],
    ["10.7.0", "neither four numbers"],
    ["10.7.0.256", '"256" is no number from 0 to 255'],
    ["10.7.0.02", '"02" has a leading zero'],
    ["10.7.0.2.", "neither four numbers"],
    ["10.7..2", '"" is no number'],
    ["10.7.0.-2", '"-2" is no number'],
    ["10.7.0.2 ", "space"],
    ["10.7.0.2/24", "prefix length"],
    ["1٠.7.0.2", "is no number"],
    ["www", "neither four numbers"],
    ["fe80::1%eth0", "zone"],
    ["[::1]", "brackets"],
    ["1::2::3", "eight groups"],
    [":::", "eight groups"],
    ["::12345", "eight groups"],
    [":1:2:3:4:5:6:7", "eight groups"],
    ["1:2:3:4:5:6:7:8::", "eight groups"],
    ["::1/64", "prefix length"],
    ["::".padEnd(60, "0"), "eight groups"],
  ])("refuses %s and says why", (text, reason) => {
    expect(() => parseAddress(text)).toThrow(reason);
    expect(() => parseAddress(text)).toThrow(JSON.stringify(text));
  });

  it("undoes formatAddress", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
      }),
    );
  });

  it("agrees with ip-num on every text that may be an address", () => {
    const texts = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."0129af:.%"), maxLength: 20 }),
      fc
        .array(fc.constantFrom("0", "1", "fd07", "", "ffff", "10.0.0.1"), { maxLength: 9 })
        .map((groups) => groups.join(":")),
      fc.array(fc.nat(300), { minLength: 3, maxLength: 5 }).map((octets) => octets.join(".")),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const read = readAddress(text);
        const witness = text.includes("%") ? undefined : ipNum(text);
        expect(typeof read === "string" ? undefined : read.value).toBe(witness);
      }),
      { numRuns: 2000 },
    );
  });

  it("never throws anything but its own error", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const read = readAddress(text);
        expect(typeof read !== "string").toBe(isIPv4(text) || (isIPv6(text) && !text.includes("%")));
      }),
    );
  });
});

function ipNum(text: string): bigint | undefined {
  try {
    return (text.includes(":") ? new IPv6(text) : text.includes(".") ? new IPv4(text) : undefined)?.value;
  } catch {
    return undefined;
  }
}

describe("formatAddress", () => {
  // The examples of RFC 5952 §4 and §5.
  it.each([
    ["2001:0db8::0001", "2001:db8::1"],
    ["2001:db8:0:0:0:0:2:1", "2001:db8::2:1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["2001:DB8::AAAA", "2001:db8::aaaa"],
    ["0:0:0:0:0:ffff:c000:0201", "::ffff:192.0.2.1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["255.0.255.1", "255.0.255.1"],
  ])("writes %s as %s", (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
  });

  it("writes what the platform's own URL parser writes", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const text = formatAddress(address);
        if (address.family === 4 || text.includes(".")) return;
        expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
    );
  });
});
