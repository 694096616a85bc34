import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalMac, formatMac, parseMac, randomMac } from "./mac.ts";

describe("MAC addresses", () => {
  it("have one canonical text", () => {
    expect(canonicalMac("02-42-0A-07-00-02")).toBe("02:42:0a:07:00:02");
    expect([...parseMac("02:42:0a:07:00:02")]).toEqual([2, 0x42, 10, 7, 0, 2]);
  });

  it.each([
    ["02:42:0a:07:00", "six pairs"],
    ["02:42-0a:07:00:02", "six pairs"],
    ["02420a070002", "six pairs"],
    ["02:42:0a:07:00:0g", "six pairs"],
    ["01:00:5e:00:00:01", "group (multicast)"],
    ["ff:ff:ff:ff:ff:ff", "group (multicast)"],
    ["00:00:00:00:00:00", "all zeros"],
  ])("%s is refused", (text, reason) => {
    expect(() => parseMac(text)).toThrow(reason);
  });

  it("made at random are unicast and locally administered, whatever the random digits", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
        const text = randomMac(() => Buffer.from(bytes).toString("hex"));
        const [first = 0, ...others] = parseMac(text);
        expect(first & 3).toBe(2);
        expect([first >> 2, ...others]).toEqual([(bytes[0] ?? 0) >> 2, ...bytes.slice(1)]);
        expect(formatMac(parseMac(text))).toBe(text);
      }),
    );
    expect(randomMac()).not.toBe(randomMac());
  });
});
