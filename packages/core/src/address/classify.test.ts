import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import { isLinkLocal, isLoopback, isMulticast, isUnspecified, wildcardAddress } from "./classify.ts";

describe.each([
  [isUnspecified, ["0.0.0.0", "::"], ["0.0.0.1", "::1"]],
  [isMulticast, ["224.0.0.1", "239.255.255.255", "ff02::1"], ["223.255.255.255", "240.0.0.0", "fe80::1"]],
  [isLoopback, ["127.0.0.1", "127.255.255.255", "::1"], ["128.0.0.0", "::2", "::ffff:127.0.0.1"]],
  [isLinkLocal, ["169.254.0.1", "fe80::1", "febf::1"], ["169.255.0.0", "fec0::1"]],
])("%o", (test, members, others) => {
  it.each(members)("has %s", (text) => expect(test(parseAddress(text))).toBe(true));
  it.each(others)("has not %s", (text) => expect(test(parseAddress(text))).toBe(false));
});

it("the wildcard address is the unspecified one of its family", () => {
  expect(parseAddress(wildcardAddress(4))).toEqual({ family: 4, value: 0n });
  expect(parseAddress(wildcardAddress(6))).toEqual({ family: 6, value: 0n });
});
