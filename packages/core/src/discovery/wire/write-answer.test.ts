import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnswerRecord, Verdict } from "../verdict.ts";
import type { Query } from "./query.ts";
import { readQuery } from "./read-query.ts";
import { type AnswerOptions, type LocalVerdict, writeAnswer } from "./write-answer.ts";

/** By the number in the last four bits of the flags. */
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const rcodeOf = ({ flags = 0 }: dnsPacket.Packet): string | undefined => RCODES[flags & 0xf];

const NAME = "WeB.red";

function query(edns?: { readonly size: number; readonly dnssecOk?: boolean }, name = NAME): Query {
  const opt: dnsPacket.OptAnswer = {
    type: "OPT",
    name: ".",
    udpPayloadSize: edns?.size ?? 0,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: edns?.dnssecOk === true ? 0x8000 : 0,
    flag_do: false,
    options: [],
  };
  const additionals = edns === undefined ? [] : [opt];
  const bytes = dnsPacket.encode({
    type: "query",
    id: 7,
    flags: 0x0100,
    questions: [{ name, type: "A" }],
    additionals,
  });
  const reading = readQuery(bytes);
  if (reading.type !== "query") throw new Error(reading.type);
  return reading.query;
}

const written = (asked: Query, verdict: LocalVerdict, options: AnswerOptions = {}) => {
  const bytes = writeAnswer(asked, verdict, options);
  return { bytes, packet: dnsPacket.decode(Buffer.from(bytes)) };
};

const addresses = (count: number): Verdict & { readonly type: "answer" } => ({
  type: "answer",
  records: Array.from({ length: count }, (_, at) => ({
    name: NAME,
    type: "A",
    ttl: 600,
    data: `10.7.${at >> 8}.${at & 255}`,
  })),
});

describe("an answer", () => {
  it("carries every kind of record under the question's name", () => {
    const records: readonly AnswerRecord[] = [
      { name: NAME, type: "A", ttl: 600, data: "10.7.0.2" },
      { name: NAME, type: "AAAA", ttl: 5, data: "fd07::2" },
      { name: NAME, type: "PTR", ttl: 600, data: "web1.red" },
      { name: NAME, type: "SRV", ttl: 0, data: { priority: 1, weight: 2, port: 8080, target: "web1.red" } },
    ];
    const { packet } = written(query(), { type: "answer", records });
    expect(packet).toMatchObject({ id: 7, flag_qr: true, flag_aa: true, flag_rd: true, flag_ra: true, flag_tc: false });
    expect(rcodeOf(packet)).toBe("NOERROR");
    expect(packet.questions).toEqual([{ name: NAME, type: "A", class: "IN" }]);
    expect(packet.answers).toEqual(records.map((record) => ({ ...record, class: "IN", flush: false })));
    expect(packet.additionals).toEqual([]);
  });

  it.each([
    [{ type: "nxdomain" }, "NXDOMAIN"],
    [{ type: "answer", records: [] }, "NOERROR"],
    [{ type: "refuse", rcode: "SERVFAIL" }, "SERVFAIL"],
    [{ type: "refuse", rcode: "REFUSED" }, "REFUSED"],
  ] as const)("to %j says %s", (verdict, rcode) => {
    const { packet } = written(query(), verdict);
    expect(rcodeOf(packet)).toBe(rcode);
    expect(packet.answers).toEqual([]);
  });

  it("has an OPT where the query has one", () => {
    const { packet } = written(query({ size: 4096, dnssecOk: true }), addresses(1));
    expect(packet.additionals).toMatchObject([{ type: "OPT", name: ".", udpPayloadSize: 1232, flag_do: true }]);
    expect(written(query({ size: 4096 }), addresses(1)).packet.additionals).toMatchObject([{ flag_do: false }]);
  });

  it.each([
    [undefined, undefined, 512],
    [{ size: 100 }, undefined, 512],
    [{ size: 800 }, undefined, 800],
    [{ size: 4096 }, undefined, 1232],
    [{ size: 4096 }, 4096, 4096],
    [{ size: 65_535 }, 9000, 4096],
    [{ size: 65_535 }, 10, 512],
  ])("over UDP, for %j and our size %s, is %s bytes at most", (edns, udpSize, limit) => {
    const { bytes, packet } = written(query(edns), addresses(2000), { udpSize });
    expect(bytes.length).toBeLessThanOrEqual(limit);
    // No further record of 16 bytes would have fit.
    expect(bytes.length).toBeGreaterThan(limit - 16);
    expect(packet.flag_tc).toBe(true);
    expect(packet.additionals?.length).toBe(edns === undefined ? 0 : 1);
    const given = packet.answers?.map((answer) => answer.type === "A" && answer.data) ?? [];
    expect(given).toEqual(addresses(given.length).records.map(({ data }) => data));
  });

  it("over TCP is whole", () => {
    const { packet } = written(query(), addresses(2000), { transport: "tcp" });
    expect(packet.flag_tc).toBe(false);
    expect(packet.answers).toHaveLength(2000);
  });

  it("over TCP has as many as a message can, and says that there are more", () => {
    const { bytes, packet } = written(query(), addresses(10_000), { transport: "tcp" });
    expect(bytes.length).toBeGreaterThan(65_535 - 16);
    expect(packet.flag_tc).toBe(true);
  });

  it("repeats names that are no text, byte by byte", () => {
    const asked = query();
    const strange = Buffer.from(asked.bytes);
    strange[13] = 0xff;
    strange[14] = 0x2e;
    const reading = readQuery(strange);
    if (reading.type !== "query") throw new Error(reading.type);
    const bytes = writeAnswer(reading.query, { type: "nxdomain" });
    expect(Buffer.from(bytes.subarray(12, asked.questionEnd))).toEqual(strange.subarray(12, asked.questionEnd));
  });

  it("is never longer than allowed, and complete unless it says otherwise", () => {
    const label = fc.stringMatching(/^[a-zA-Z0-9_-]{1,63}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
    fc.assert(
      fc.property(name, fc.nat(200), fc.option(fc.integer({ min: 1, max: 5000 })), (asked, count, size) => {
        const one = query(size === null ? undefined : { size }, asked);
        const { bytes, packet } = written(one, addresses(count));
        expect(bytes.length).toBeLessThanOrEqual(Math.min(1232, Math.max(512, size ?? 0)));
        expect(packet.flag_tc).toBe(packet.answers?.length !== count);
        expect(packet.answers?.every((answer) => answer.name === asked)).toBe(true);
        expect(dnsPacket.decode.bytes).toBe(bytes.length);
      }),
    );
  });
});
