import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import { addressFromBytes, addressToBytes } from "./address-bytes.ts";

describe("address bytes", () => {
  it("are in network order", () => {
    expect([...addressToBytes(parseAddress("10.7.0.2"))]).toEqual([10, 7, 0, 2]);
    expect([...addressToBytes(parseAddress("fd07::102"))]).toEqual([0xfd, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
  });

  it("come back, also from the middle of a buffer", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()).map(parseAddress), fc.nat(9), (address, at) => {
        const bytes = addressToBytes(address);
        const buffer = new Uint8Array(40).fill(0xff);
        buffer.set(bytes, at);
        expect(addressFromBytes(buffer.subarray(at, at + bytes.length))).toEqual(address);
      }),
    );
  });

  it("of other lengths are refused", () => {
    expect(() => addressFromBytes(new Uint8Array(6))).toThrow("4 or 16 bytes, not 6");
  });
});
