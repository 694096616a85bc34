import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readQuery } from "./read-query.ts";

/** By the number in the last four bits of the flags. */
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const rcode = ({ flags = 0 }: dnsPacket.Packet): string | undefined => RCODES[flags & 0xf];

const packet = (fields: Partial<dnsPacket.Packet> = {}): Buffer =>
  dnsPacket.encode({
    type: "query",
    id: 0x1234,
    flags: 0x0100,
    questions: [{ name: "WeB.net", type: "A" }],
    ...fields,
  });

const opt = (fields: Partial<dnsPacket.OptAnswer> = {}): dnsPacket.OptAnswer => ({
  type: "OPT",
  name: ".",
  udpPayloadSize: 1400,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
  ...fields,
});

const edited = (bytes: Uint8Array, at: number, value: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(value, at);
  return copy;
};

const rcodeOf = (bytes: Uint8Array): string => {
  const reading = readQuery(bytes);
  if (reading.type !== "reply") return reading.type;
  const answer = dnsPacket.decode(Buffer.from(reading.bytes));
  expect(answer.flag_qr).toBe(true);
  expect(answer.id).toBe(0x1234);
  return rcode(answer) ?? "unknown";
};

describe("a query", () => {
  it("is read with everything that its answer depends on", () => {
    const bytes = packet({ additionals: [opt({ flags: 0x8000 })], flags: 0x0110 });
    expect(readQuery(bytes)).toEqual({
      type: "query",
      query: {
        id: 0x1234,
        question: { name: "WeB.net", type: "A", class: "IN" },
        recursionDesired: true,
        checkingDisabled: true,
        edns: { dnssecOk: true },
        udpSize: 1400,
        bytes,
        questionEnd: bytes.length - 11,
      },
    });
  });

  it("without EDNS takes 512 bytes, and with it no less", () => {
    const sizes = [packet(), packet({ additionals: [opt({ udpPayloadSize: 100 })] })].map((bytes) => {
      const reading = readQuery(bytes);
      return reading.type === "query" && [reading.query.udpSize, reading.query.edns !== undefined];
    });
    expect(sizes).toEqual([
      [512, false],
      [512, true],
    ]);
  });

  it("for the root has no name", () => {
    const reading = readQuery(packet({ questions: [{ name: ".", type: "NS" }] }));
    expect(reading.type === "query" && reading.query.question.name).toBe("");
  });

  it("may be a part of a larger buffer", () => {
    const bytes = packet();
    const large = new Uint8Array(bytes.length + 20);
    large.set(bytes, 7);
    const reading = readQuery(large.subarray(7, 7 + bytes.length));
    expect(reading.type === "query" && reading.query.question.name).toBe("WeB.net");
  });
});

describe("what is no good query", () => {
  const good = packet();
  const pointer = Buffer.concat([good.subarray(0, 12), Buffer.from([0xc0, 0x0c, 0, 1, 0, 1])]);
  const endless = Buffer.concat([good.subarray(0, 12), Buffer.alloc(300, 1)]);
  const longName = Buffer.concat([good.subarray(0, 12), Buffer.alloc(256, "\x03abc"), Buffer.from([0, 0, 1, 0, 1])]);
  it.each([
    ["too short for a header", good.subarray(0, 11), "ignore"],
    ["empty", good.subarray(0, 0), "ignore"],
    ["a response", packet({ type: "response" }), "ignore"],
    ["a response with another opcode", edited(good, 2, 0xa000), "ignore"],
    ["a notification", edited(good, 2, 0x2000), "NOTIMP"],
    ["an update", edited(good, 2, 0x2800), "NOTIMP"],
    ["a header without a question", edited(good.subarray(0, 12), 4, 0), "FORMERR"],
    ["two questions", packet({ questions: [1, 2].map(() => ({ name: "a", type: "A" as const })) }), "FORMERR"],
    ["two questions of which one is there", edited(good, 4, 2), "FORMERR"],
    ["with an answer in it", packet({ answers: [{ name: "a", type: "A", data: "1.2.3.4" }] }), "FORMERR"],
    ["with 65,535 answers that are not there", edited(good, 6, 0xffff), "FORMERR"],
    ["with 65,535 more records", edited(good, 10, 0xffff), "FORMERR"],
    ["cut off", good.subarray(0, good.length - 1), "FORMERR"],
    ["with something behind", Buffer.concat([good, Buffer.from([0])]), "FORMERR"],
    ["with a name that points to itself", pointer, "FORMERR"],
    ["with a name that does not end", endless, "FORMERR"],
    ["with a name that is too long", longName, "FORMERR"],
    ["with two OPT records", packet({ additionals: [opt(), opt()] }), "FORMERR"],
  ])("%s: %s", (_, bytes, expected) => {
    expect(rcodeOf(bytes)).toBe(expected);
  });

  it("gets BADVERS for another version of EDNS", () => {
    const reading = readQuery(packet({ additionals: [opt({ ednsVersion: 1 })] }));
    if (reading.type !== "reply") throw new Error(reading.type);
    const answer = dnsPacket.decode(Buffer.from(reading.bytes));
    expect(answer.additionals).toMatchObject([{ type: "OPT", extendedRcode: 1, ednsVersion: 0, udpPayloadSize: 1232 }]);
  });

  it("never makes it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(), (random, at) => {
        const mixed = Buffer.from(packet({ additionals: [opt()] }));
        mixed.set(random.subarray(0, 4), at % (mixed.length - 4));
        for (const bytes of [random, mixed, Buffer.concat([mixed, random])]) {
          expect(["query", "reply", "ignore"]).toContain(readQuery(bytes).type);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
