import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newSandboxId } from "../model/ids.ts";
import type { Question } from "./question.ts";
import { createResponder } from "./responder.ts";
import type { AnswerRecord, Verdict } from "./verdict.ts";
import { questionKey } from "./wire/question-key.ts";
import { readQuery } from "./wire/read-query.ts";
import { type LocalVerdict, writeAnswer } from "./wire/write-answer.ts";

/** By the number in the last four bits of the flags. */
const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const rcode = ({ flags = 0 }: dnsPacket.Packet): string | undefined => RCODES[flags & 0xf];

const BOX = newSandboxId();
const OTHER = newSandboxId();

/** A discovery that says the same until told otherwise, and counts how often it is asked. */
class FakeDiscovery {
  now = 1;
  asked = 0;
  verdict: (question: Question) => Verdict = ({ name }) => addresses(name, 1);

  generation(): number {
    return this.now;
  }

  resolve(_: string, question: Question): Verdict {
    this.asked++;
    return this.verdict(question);
  }
}

const addresses = (name: string, count: number): LocalVerdict => ({
  type: "answer",
  records: Array.from(
    { length: count },
    (_, at): AnswerRecord => ({ name, type: "A", ttl: 600, data: `10.7.0.${at}` }),
  ),
});

interface Fields {
  readonly id: number;
  readonly name: string;
  readonly type: dnsPacket.RecordType;
  readonly flags: number;
  readonly edns: { readonly size: number; readonly dnssecOk: boolean } | undefined;
}

function bytesOf({ id, name, type, flags, edns }: Fields): Buffer {
  const opt = (size: number, dnssecOk: boolean): dnsPacket.OptAnswer => ({
    type: "OPT",
    name: ".",
    udpPayloadSize: size,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: dnssecOk ? 0x8000 : 0,
    flag_do: dnssecOk,
    options: [],
  });
  const additionals = edns === undefined ? [] : [opt(edns.size, edns.dnssecOk)];
  return dnsPacket.encode({ type: "query", id, flags, questions: [{ name, type }], additionals });
}

const simple: Fields = { id: 1, name: "web", type: "A", flags: 0x0100, edns: undefined };
const fields: fc.Arbitrary<Fields> = fc.record({
  id: fc.nat(0xffff),
  name: fc.constantFrom("web", "WEB", "wEb", "web.red", "Éa", "éa", "b"),
  type: fc.constantFrom("A", "AAAA", "HTTPS" as dnsPacket.RecordType, "MX"),
  flags: fc.constantFrom(0, 0x0100, 0x0110, 0x0120, 0x0130),
  edns: fc.option(fc.record({ size: fc.integer({ min: 1, max: 5000 }), dnssecOk: fc.boolean() }), { nil: undefined }),
});

const answer = (reply: { readonly type: string; readonly bytes?: Uint8Array }) => {
  if (reply.type !== "answer" || reply.bytes === undefined) throw new Error(reply.type);
  return dnsPacket.decode(Buffer.from(reply.bytes));
};

describe("the key of a question", () => {
  it("is equal just for queries with equal answers", () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => {
        // Of bytes above ASCII nothing is letters' case: "É" and "é" are two names.
        const ascii = (name: string) => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
        const meaning = ({ name, type, flags, edns }: Fields) =>
          JSON.stringify([ascii(name), type, flags & 0x0110, edns?.dnssecOk]);
        const [keyA, keyB] = [questionKey(bytesOf(a)), questionKey(bytesOf(b))];
        expect(keyA).toBeDefined();
        expect(keyA?.key === keyB?.key).toBe(meaning(a) === meaning(b));
      }),
      { numRuns: 2000 },
    );
  });

  it("says of sizes what reading the whole query says, and is there only for good queries", () => {
    fc.assert(
      fc.property(fields, fc.nat(), fc.nat(0xff), fc.boolean(), (asked, at, value, harm) => {
        const bytes = bytesOf(asked);
        if (harm) bytes[at % bytes.length] = value;
        const key = questionKey(bytes);
        if (key === undefined) return;
        const reading = readQuery(bytes);
        if (reading.type !== "query") throw new Error(`${reading.type} has a key`);
        expect([key.questionEnd, key.udpSize]).toEqual([reading.query.questionEnd, reading.query.udpSize]);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("a responder", () => {
  it("answers repeated questions with the bytes that reading and writing would make", () => {
    fc.assert(
      fc.property(fc.array(fields, { minLength: 1, maxLength: 12 }), fc.nat(40), (all, count) => {
        const discovery = new FakeDiscovery();
        discovery.verdict = ({ name }) => addresses(name, count);
        const responder = createResponder(discovery, { random: () => 0 });
        for (const one of all) {
          const bytes = bytesOf(one);
          const reading = readQuery(bytes);
          if (reading.type !== "query") throw new Error(reading.type);
          const slow = writeAnswer(reading.query, addresses(one.name, count));
          const reply = responder.respond(BOX, bytes);
          if (reply.type !== "answer") throw new Error(reply.type);
          expect(Buffer.from(reply.bytes)).toEqual(Buffer.from(slow));
        }
        const keys = new Set(all.map((one) => questionKey(bytesOf(one))?.key));
        expect(discovery.asked).toBe(keys.size);
      }),
    );
  });

  it("asks again when anything has changed", () => {
    const discovery = new FakeDiscovery();
    const responder = createResponder(discovery);
    const ask = () => responder.respond(BOX, bytesOf(simple));
    ask();
    ask();
    expect(discovery.asked).toBe(1);
    discovery.now++;
    discovery.verdict = () => ({ type: "nxdomain" });
    expect(rcode(answer(ask()))).toBe("NXDOMAIN");
    expect(discovery.asked).toBe(2);
  });

  it("never answers one sandbox with what another one sees", () => {
    const discovery = new FakeDiscovery();
    const responder = createResponder(discovery);
    responder.respond(BOX, bytesOf(simple));
    discovery.verdict = () => ({ type: "nxdomain" });
    expect(rcode(answer(responder.respond(OTHER, bytesOf(simple))))).toBe("NXDOMAIN");
  });

  it("begins with any of several records", () => {
    const discovery = new FakeDiscovery();
    discovery.verdict = ({ name }) => addresses(name, 4);
    let value = 0;
    const responder = createResponder(discovery, { random: () => value });
    const firsts = [0, 0.25, 0.5, 0.99].map((random) => {
      value = random;
      const { answers } = answer(responder.respond(BOX, bytesOf(simple)));
      expect(answers).toHaveLength(4);
      const [first] = answers ?? [];
      return first?.type === "A" ? first.data : undefined;
    });
    expect(firsts).toEqual(["10.7.0.0", "10.7.0.1", "10.7.0.2", "10.7.0.3"]);
  });

  it("gives the same prepared answer short over UDP and whole over TCP", () => {
    const discovery = new FakeDiscovery();
    discovery.verdict = ({ name }) => addresses(name, 100);
    const responder = createResponder(discovery);
    expect(answer(responder.respond(BOX, bytesOf(simple), "udp")).flag_tc).toBe(true);
    const whole = answer(responder.respond(BOX, bytesOf(simple), "tcp"));
    expect([whole.flag_tc, whole.answers?.length, discovery.asked]).toEqual([false, 100, 1]);
  });

  it("prepares so many answers and no more, and forgets them with their sandbox", () => {
    const discovery = new FakeDiscovery();
    const responder = createResponder(discovery, { prepared: 2 });
    for (const name of ["a", "b", "c", "a", "b", "c"]) responder.respond(BOX, bytesOf({ ...simple, name }));
    expect(discovery.asked).toBe(4);
    responder.forget(BOX);
    responder.respond(BOX, bytesOf({ ...simple, name: "a" }));
    expect(discovery.asked).toBe(5);
  });

  it("hands on what is to be forwarded, says what is wrong, and ignores what is no query", () => {
    const discovery = new FakeDiscovery();
    discovery.verdict = () => ({ type: "forward", to: { from: "host" } });
    const responder = createResponder(discovery);
    expect(responder.respond(BOX, bytesOf(simple))).toMatchObject({
      type: "forward",
      to: { from: "host" },
      query: { question: { name: "web" } },
    });
    expect(responder.respond(BOX, Buffer.alloc(5))).toEqual({ type: "ignore" });
    expect(rcode(answer(responder.respond(BOX, bytesOf(simple).subarray(0, 14))))).toBe("FORMERR");
  });
});
