import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAcknowledgement, readDone } from "./acknowledgement.ts";
import {
  attributes,
  be16,
  be32,
  be64,
  bytes,
  cstring,
  dependent,
  flag,
  listOf,
  nested,
  repeated,
  u8,
  u16,
  u32,
  u64,
} from "./attributes.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { DecodeError } from "./decode-error.ts";
import { type NetlinkMessage, readMessages, writeMessage } from "./message.ts";

const inner = attributes({ A: u8(1), B: be16(2), NAME: cstring(3) });
const other = attributes({ Z: u32(1) });
const table = attributes({
  U8: u8(1),
  U16: u16(2),
  U32: u32(3),
  U64: u64(4),
  BE16: be16(5),
  BE32: be32(6),
  BE64: be64(7),
  NAME: cstring(8),
  RAW: bytes(9),
  FLAG: flag(10),
  INNER: nested(11, inner, true),
  LIST: listOf(12, nested(1, inner)),
  MANY: repeated(u16(13)),
  KIND: cstring(14),
  DATA: dependent(15, "KIND", (kind) => (kind === "other" ? other : undefined)),
});

const encode = (value: Parameters<typeof table.write>[1]): Uint8Array => {
  const out = new ByteWriter(1);
  table.write(out, value);
  return out.finish();
};

const decode = (input: Uint8Array) => table.read(new ByteReader(input), {});

const innerValue = fc.record(
  { A: fc.nat(255), B: fc.nat(0xffff), NAME: fc.string({ minLength: 1 }).filter((text) => !text.includes("\0")) },
  { requiredKeys: [] },
);

describe("attribute tables", () => {
  it("write numbers, names and nests as the kernel lays them out", () => {
    const hex = Buffer.from(encode({ U8: 1, BE16: 0x1234, NAME: "br0", INNER: { A: 2 }, FLAG: true })).toString("hex");
    expect(hex).toBe(
      ["0500010001000000", "0600050012340000", "0800080062723000", "0c000b800500010002000000", "04000a00"].join(""),
    );
  });

  it("read back what they wrote", () => {
    const values = fc.record(
      {
        U8: fc.nat(255),
        U16: fc.nat(0xffff),
        U32: fc.nat(0xffffffff),
        U64: fc.bigInt(0n, 2n ** 64n - 1n),
        BE16: fc.nat(0xffff),
        BE32: fc.nat(0xffffffff),
        BE64: fc.bigInt(0n, 2n ** 64n - 1n),
        RAW: fc.uint8Array(),
        FLAG: fc.constant(true as const),
        INNER: innerValue,
        LIST: fc.array(innerValue, { minLength: 1 }),
        MANY: fc.array(fc.nat(0xffff), { minLength: 1 }),
        unknown: fc.array(fc.record({ type: fc.integer({ min: 100, max: 16_000 }), payload: fc.uint8Array() }), {
          minLength: 1,
        }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(values, (value) => {
        expect(decode(encode(value))).toEqual(value);
      }),
    );
  });

  it("choose the shape of a payload by an attribute before it, and keep what they do not know", () => {
    const known = { KIND: "other", DATA: { of: "other", value: { Z: 7 } } };
    expect(decode(encode(known))).toEqual(known);
    const strange = { KIND: "strange", DATA: { of: undefined, value: new Uint8Array([1, 2, 3]) } };
    expect(decode(encode(strange))).toEqual(strange);
  });

  it("throw nothing but DecodeError, whatever the bytes, and read only their own", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(8), (input, border) => {
        // What lies around the input must not change what is read.
        const around = new Uint8Array(input.length + 2 * border).fill(0xff);
        around.set(input, border);
        const alone = attempt(() => decode(input));
        expect(attempt(() => decode(around.subarray(border, border + input.length)))).toEqual(alone);
      }),
    );
  });
});

describe("messages", () => {
  it("survive a round trip, padded to four bytes", () => {
    const message = fc.record({
      type: fc.nat(0xffff),
      flags: fc.nat(0xffff),
      sequence: fc.nat(),
      payload: fc.uint8Array(),
    });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const out = new ByteWriter();
        for (const { type, flags, sequence, payload } of messages)
          writeMessage(out, { type, write: (writer) => writer.bytes(payload) }, flags, sequence);
        expect(out.length % 4).toBe(0);
        expect([...readMessages(out.finish())]).toEqual(messages.map((one) => ({ ...one, portId: 0 })));
      }),
    );
  });

  it("throw nothing but DecodeError, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (input, done) => {
        attempt(() => [...readMessages(input)].map(done ? readDone : readAcknowledgement));
      }),
    );
  });

  it("give the kernel's words and where it stumbled", () => {
    const payload = Buffer.concat([
      Buffer.from("eaffffff", "hex"),
      Buffer.from("20000000100005060100000000000000", "hex"),
      Buffer.from("0a00010042616421210000000800020024000000", "hex"),
    ]);
    const message: NetlinkMessage = { type: 2, flags: 0x300, sequence: 1, portId: 0, payload };
    expect(readAcknowledgement(message)).toEqual({ errno: 22, kernelMessage: "Bad!!", offset: 36 });
  });
});

/** The value, or the fact that it could not be decoded. */
function attempt<T>(body: () => T): T | "undecodable" {
  try {
    return body();
  } catch (error) {
    if (error instanceof DecodeError) return "undecodable";
    throw error;
  }
}
