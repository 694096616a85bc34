import dnsPacket from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newSandboxId } from "../../model/ids.ts";
import { FakeClock, settled } from "../../testing/fake-clock.ts";
import type { Query } from "../wire/query.ts";
import { readQuery } from "../wire/read-query.ts";
import { walkMessage } from "../wire/walk-message.ts";
import { createForwarder, type ForwarderOptions, type ForwardRequest } from "./forwarder.ts";
import type { Transport, UpstreamServer } from "./transport.ts";

const BOX = newSandboxId();
const OTHER = newSandboxId();

interface Asked {
  readonly server: string;
  readonly over: "udp" | "tcp";
  readonly packet: dnsPacket.DecodedPacket;
  readonly signal: AbortSignal;
  /** Sends bytes; over UDP they may be refused. */
  readonly send: (bytes: Uint8Array) => Promise<void>;
  readonly reply: (fields?: Partial<dnsPacket.Packet>) => Promise<void>;
  readonly fail: () => Promise<void>;
}

/** Name servers that answer when the test says so. */
class FakeNet implements Transport {
  readonly clock = new FakeClock();
  readonly asked: Asked[] = [];

  exchangeUdp(
    server: UpstreamServer,
    query: Uint8Array,
    signal: AbortSignal,
    accepts: (answer: Uint8Array) => boolean,
  ): Promise<Uint8Array> {
    return this.#exchange(server, query, signal, "udp", accepts);
  }

  exchangeTcp(server: UpstreamServer, query: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    return this.#exchange(server, query, signal, "tcp", () => true);
  }

  at(index: number): Asked {
    const asked = this.asked.at(index);
    if (asked === undefined) throw new Error("nobody was asked");
    return asked;
  }

  #exchange(
    { address }: UpstreamServer,
    query: Uint8Array,
    signal: AbortSignal,
    over: "udp" | "tcp",
    accepts: (answer: Uint8Array) => boolean,
  ): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const packet = dnsPacket.decode(Buffer.from(query));
      const send = async (bytes: Uint8Array) => {
        if (accepts(bytes)) resolve(bytes);
        await settled();
      };
      const fail = async () => {
        reject(new Error("connection refused"));
        await settled();
      };
      const reply = (fields: Partial<dnsPacket.Packet> = {}) => send(answerTo(packet, fields));
      this.asked.push({ server: address, over, packet, signal, send, reply, fail });
    });
  }
}

const address = (data: string, ttl = 60, name = "example.org"): dnsPacket.Answer => ({ type: "A", name, ttl, data });

function answerTo(packet: dnsPacket.Packet, fields: Partial<dnsPacket.Packet> = {}): Buffer {
  const { id = 0, questions = [], additionals = [] } = packet;
  const answers = [address("192.0.2.1")];
  return dnsPacket.encode({ type: "response", id, flags: 0x0180, questions, answers, additionals, ...fields });
}

interface Asking {
  readonly name?: string;
  readonly type?: dnsPacket.RecordType;
  readonly id?: number;
  readonly edns?: number;
}

function queryOf({ name = "example.org", type = "A", id = 7, edns }: Asking = {}): Query {
  const opt = {
    type: "OPT",
    name: ".",
    udpPayloadSize: edns ?? 0,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
  } as const;
  const additionals = edns === undefined ? [] : [{ ...opt, flag_do: false, options: [] }];
  const bytes = dnsPacket.encode({ type: "query", id, flags: 0x0100, questions: [{ name, type }], additionals });
  const reading = readQuery(bytes);
  if (reading.type !== "query") throw new Error(reading.type);
  return reading.query;
}

function setUp(options: Partial<ForwarderOptions> = {}) {
  const net = new FakeNet();
  const forwarder = createForwarder({
    exchangeUdp: net.exchangeUdp.bind(net),
    exchangeTcp: net.exchangeTcp.bind(net),
    clock: net.clock,
    hedgeMs: 100,
    ...options,
  });
  const ask = async (asking: Asking = {}, changes: Partial<ForwardRequest> = {}, signal?: AbortSignal) => {
    const request = {
      client: BOX,
      query: queryOf(asking),
      from: "host",
      servers: ["a", "b"],
      transport: "udp",
    } as const;
    const bytes = await forwarder.forward({ ...request, ...changes }, signal === undefined ? {} : { signal });
    return dnsPacket.decode(Buffer.from(bytes));
  };
  return { net, forwarder, ask };
}

const RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
const rcode = ({ flags = 0 }: dnsPacket.Packet): string | undefined => RCODES[flags & 0xf];
const soa = (ttl: number, minimum: number): dnsPacket.Answer => ({
  type: "SOA",
  name: "org",
  ttl,
  data: { mname: "ns.org", rname: "root.org", minimum },
});

describe("a forwarded question", () => {
  it("goes out under an id of its own, with our EDNS, and comes back under the client's", async () => {
    const { net, ask } = setUp({ random: () => 0.5 });
    const answer = ask({ name: "eXample.ORG", id: 7 });
    await settled();
    expect(net.at(0).packet).toMatchObject({
      id: 0x8000,
      flag_rd: true,
      questions: [{ name: "eXample.ORG", type: "A" }],
      additionals: [{ type: "OPT", udpPayloadSize: 1232 }],
    });
    await net.at(0).reply();
    expect(await answer).toMatchObject({
      id: 7,
      flag_ra: true,
      questions: [{ name: "eXample.ORG" }],
      answers: [{ type: "A", data: "192.0.2.1", ttl: 60 }],
      // The client asked without EDNS.
      additionals: [],
    });
  });

  it("has another id each time, that nobody can foresee", async () => {
    const { net, ask } = setUp();
    for (let at = 0; at < 20; at++) void ask({ name: `name${at}`, id: 7 });
    await settled();
    expect(new Set(net.asked.map(({ packet }) => packet.id)).size).toBeGreaterThan(15);
  });

  it("keeps chains of names as they are", async () => {
    const { net, ask } = setUp();
    const answer = ask({ edns: 4096 });
    await settled();
    const answers: dnsPacket.Answer[] = [
      { type: "CNAME", name: "example.org", ttl: 60, data: "other.net" },
      { type: "CNAME", name: "other.net", ttl: 60, data: "third.com" },
      address("192.0.2.7", 60, "third.com"),
    ];
    await net.at(0).reply({ answers });
    expect((await answer).answers).toMatchObject(answers);
    expect((await answer).additionals).toMatchObject([{ type: "OPT", udpPayloadSize: 1232 }]);
  });

  it("is answered by whoever is first, of three at most and in their order", async () => {
    const { net, ask } = setUp();
    const answer = ask({}, { servers: ["a", "b", "c", "d"] });
    await net.clock.pass(250);
    expect(net.asked.map(({ server }) => server)).toEqual(["a", "b", "c"]);
    await net.at(1).reply();
    expect((await answer).answers).toHaveLength(1);
    expect(net.asked.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    expect(net.clock.pending).toBe(0);
  });

  it.each([
    ["SERVFAIL", 2],
    ["REFUSED", 5],
  ])("goes on to the next server after %s", async (_, code) => {
    const { net, ask } = setUp();
    const answer = ask();
    await settled();
    await net.at(0).reply({ flags: 0x0180 | code, answers: [] });
    expect(net.asked.map(({ server }) => server)).toEqual(["a", "b"]);
    await net.at(1).reply();
    expect(rcode(await answer)).toBe("NOERROR");
  });

  it("gets SERVFAIL when all fail, or nobody says anything for less than 5 s", async () => {
    const { net, ask } = setUp();
    const failing = ask();
    await settled();
    await net.at(0).fail();
    await net.at(1).reply({ flags: 0x0182 });
    expect(rcode(await failing)).toBe("SERVFAIL");
    const silent = ask({ name: "silent" });
    await net.clock.pass(4999);
    expect(rcode(await silent)).toBe("SERVFAIL");
    expect(rcode(await ask({}, { servers: [] }))).toBe("SERVFAIL");
  });

  it("takes no answer under another id, to another question, or that is none", async () => {
    const { net, ask } = setUp();
    const answer = ask({ name: "example.org" });
    await settled();
    const { packet, send } = net.at(0);
    const forged = [address("203.0.113.66")];
    await send(answerTo({ ...packet, id: (packet.id ?? 0) ^ 1 }, { answers: forged }));
    await send(answerTo({ ...packet, questions: [{ name: "example.com", type: "A" }] }, { answers: forged }));
    await send(answerTo({ ...packet, questions: [{ name: "example.org", type: "AAAA" }] }, { answers: forged }));
    await send(dnsPacket.encode({ ...packet, type: "query" }));
    await send(answerTo(packet).subarray(0, 40));
    await send(Buffer.alloc(3));
    await send(answerTo({ ...packet, questions: [{ name: "EXAMPLE.org", type: "A" }] }));
    expect((await answer).answers).toMatchObject([{ data: "192.0.2.1" }]);
  });

  it("asks over TCP when the answer over UDP is too long", async () => {
    const { net, ask } = setUp();
    const answer = ask({}, { transport: "tcp" });
    await settled();
    await net.at(0).reply({ flags: 0x0380, answers: [] });
    expect(net.asked.map(({ server, over }) => `${server} ${over}`)).toEqual(["a udp", "a tcp"]);
    const answers = Array.from({ length: 500 }, (_, at) => address(`10.0.${at >> 8}.${at & 255}`));
    await net.at(1).reply({ answers });
    expect((await answer).answers).toHaveLength(500);
  });

  it("over UDP is answered with what the client takes, and told that there is more", async () => {
    const { net, ask } = setUp();
    const answer = ask({ edns: 700 });
    await settled();
    await net.at(0).reply({ flags: 0x0380, answers: [] });
    await net.at(1).reply({ answers: Array.from({ length: 500 }, () => address("192.0.2.1")) });
    const { flag_tc: truncated, answers = [], additionals } = await answer;
    expect([truncated, answers.length > 10, additionals?.length]).toEqual([true, true, 1]);
  });

  it("is asked without EDNS where a server does not know it", async () => {
    const { net, ask } = setUp();
    const answer = ask({ edns: 1232 });
    await settled();
    await net.at(0).reply({ flags: 0x0181, answers: [], additionals: [] });
    expect(net.at(1)).toMatchObject({ server: "a", packet: { additionals: [] } });
    await net.at(1).reply();
    expect((await answer).answers).toHaveLength(1);
  });

  it("passes on that a name does not exist", async () => {
    const { net, ask } = setUp();
    const answer = ask();
    await settled();
    await net.at(0).reply({ flags: 0x0183, answers: [], authorities: [soa(60, 60)] });
    expect(rcode(await answer)).toBe("NXDOMAIN");
    expect((await answer).authorities).toHaveLength(1);
  });
});

describe("equal questions at once", () => {
  it("go out once, and everybody gets an answer in their own letters", async () => {
    const { net, ask } = setUp();
    const [one, two] = [ask({ name: "example.org", id: 1 }), ask({ name: "EXAMPLE.org", id: 2 }, { client: OTHER })];
    await settled();
    expect(net.asked).toHaveLength(1);
    await net.at(0).reply();
    expect(await one).toMatchObject({ id: 1, questions: [{ name: "example.org" }] });
    expect(await two).toMatchObject({ id: 2, questions: [{ name: "EXAMPLE.org" }] });
  });

  it("are not equal for other servers, from elsewhere, or for another type", async () => {
    const { net, ask } = setUp();
    void ask();
    void ask({}, { servers: ["b", "a"] });
    void ask({}, { from: BOX });
    void ask({}, { from: OTHER });
    void ask({ type: "AAAA" });
    await settled();
    expect(net.asked).toHaveLength(5);
  });

  it("are aborted when the last one who waits has gone", async () => {
    const { net, ask } = setUp();
    const [a, b] = [new AbortController(), new AbortController()];
    const both = [ask({}, {}, a.signal), ask({}, {}, b.signal)];
    await settled();
    a.abort(new Error("gone"));
    await expect(both[0]).rejects.toThrow("gone");
    expect(net.at(0).signal.aborted).toBe(false);
    b.abort(new Error("gone too"));
    await expect(both[1]).rejects.toThrow("gone too");
    expect(net.at(0).signal.aborted).toBe(true);
    await settled();
    const again = ask();
    await settled();
    await net.at(1).reply();
    expect(rcode(await again)).toBe("NOERROR");
  });
});

describe("answers that are kept", () => {
  const first = async (fields: Partial<dnsPacket.Packet>, options: Partial<ForwarderOptions> = {}) => {
    const all = setUp(options);
    const answer = all.ask();
    await settled();
    await all.net.at(0).reply(fields);
    await answer;
    return all;
  };

  it("are given again, older by the time that has passed, until they end", async () => {
    const { net, ask } = await first({ answers: [address("192.0.2.1", 60), address("192.0.2.2", 90)] });
    await net.clock.pass(59_000);
    expect((await ask({ id: 9, name: "EXAMPLE.org" })).answers).toMatchObject([
      { ttl: 1, data: "192.0.2.1" },
      { ttl: 31, data: "192.0.2.2" },
    ]);
    expect(net.asked).toHaveLength(1);
    await net.clock.pass(1000);
    void ask();
    await settled();
    expect(net.asked).toHaveLength(2);
  });

  it.each([
    ["an answer that may not be kept", { answers: [address("192.0.2.1", 0)] }, 0],
    ["an answer with an absurd TTL", { answers: [address("192.0.2.1", 0x8000_0000)] }, 0],
    ["an answer with a long TTL, capped", { answers: [address("192.0.2.1", 86_400)] }, 3600],
    ["a name that does not exist", { flags: 0x0183, answers: [], authorities: [soa(60, 30)] }, 30],
    ["the same, for the SOA's own TTL", { flags: 0x0183, answers: [], authorities: [soa(20, 30)] }, 20],
    ["the same, capped", { flags: 0x0183, answers: [], authorities: [soa(86_400, 86_400)] }, 300],
    ["a name without such records", { answers: [], authorities: [soa(60, 30)] }, 30],
    ["a chain that ends in nothing", { answers: [cname(10)], authorities: [soa(60, 30)] }, 10],
    ["a name that does not exist, without an SOA", { flags: 0x0183, answers: [] }, 0],
    ["nothing, without an SOA", { answers: [] }, 0],
  ])("%s", async (_, fields, seconds) => {
    const { net, ask } = await first(fields);
    if (seconds > 0) {
      await net.clock.pass(seconds * 1000 - 1);
      await ask();
      expect(net.asked).toHaveLength(1);
      await net.clock.pass(1);
    }
    void ask();
    await settled();
    expect(net.asked).toHaveLength(2);
  });

  it("are so many at most: the one used longest ago goes", async () => {
    const { net, ask, forwarder } = setUp({ cache: { entries: 2 } });
    const learn = async (name: string) => {
      const before = net.asked.length;
      const answer = ask({ name });
      await settled();
      if (net.asked.length > before) await net.at(-1).reply({ answers: [address("192.0.2.1", 60, name)] });
      await answer;
      return net.asked.length > before;
    };
    const learned = [];
    for (const name of ["a", "b", "a", "c", "a", "b"]) learned.push(await learn(name));
    expect(learned).toEqual([true, true, false, true, false, true]);
    forwarder.clear();
    expect(await learn("a")).toBe(true);
  });
});

const cname = (ttl: number): dnsPacket.Answer => ({ type: "CNAME", name: "example.org", ttl, data: "other.net" });

describe("a sandbox that asks too much", () => {
  it("is refused, and no other one is", async () => {
    const { net, ask } = setUp({ rate: { perSecond: 1, burst: 2 } });
    const answers = [ask({ name: "a" }), ask({ name: "b" }), ask({ name: "c" })];
    expect(rcode(await (answers[2] ?? ask()))).toBe("REFUSED");
    const other = ask({ name: "c" }, { client: OTHER });
    await settled();
    expect(net.asked).toHaveLength(3);
    await net.at(2).reply();
    expect(rcode(await other)).toBe("NOERROR");
    await net.clock.pass(1000);
    void ask({ name: "d" });
    await settled();
    expect(net.asked.at(-1)?.packet.questions).toMatchObject([{ name: "d" }]);
  });

  it("waits when too many are under way, and is refused when that takes too long", async () => {
    const { net, ask } = setUp({ concurrent: 1 });
    const [one, two] = [ask({ name: "a" }), ask({ name: "b" })];
    await settled();
    expect(net.asked).toHaveLength(1);
    expect(rcode(await ask({ name: "c" }))).toBe("REFUSED");
    await net.at(0).reply();
    await one;
    expect(net.at(1).packet.questions).toMatchObject([{ name: "b" }]);
    const three = ask({ name: "d" });
    await net.clock.pass(2000);
    expect(rcode(await three)).toBe("REFUSED");
    await net.at(1).reply();
    expect(rcode(await two)).toBe("NOERROR");
  });
});

describe("a forwarder that is closed", () => {
  it("gives up what is under way, and begins nothing", async () => {
    const { net, ask, forwarder } = setUp();
    const answer = ask();
    await settled();
    forwarder.close();
    expect(rcode(await answer)).toBe("SERVFAIL");
    expect(rcode(await ask({ name: "later" }))).toBe("SERVFAIL");
    expect([net.asked.length, net.clock.pending]).toEqual([1, 0]);
  });
});

describe("whatever a server sends", () => {
  it("comes out as a whole message to this client, to its question, and no longer than it takes", async () => {
    const query = queryOf({ id: 7 });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(60), async (bytes, at, cut) => {
        const { net, forwarder } = setUp();
        const answer = forwarder.forward({ client: BOX, query, from: "host", servers: ["a"], transport: "udp" });
        await settled();
        const sent = answerTo(net.at(0).packet, { authorities: [soa(60, 60)] });
        sent.set(bytes.subarray(0, sent.length - 12), 12 + (at % Math.max(1, sent.length - 12 - bytes.length)));
        await net.at(0).send(sent.subarray(0, sent.length - (cut > 30 ? 0 : cut)));
        await net.clock.pass(5000);
        const got = Buffer.from(await answer);
        expect(got.length).toBeLessThanOrEqual(512);
        expect(got.readUInt16BE(0)).toBe(7);
        expect(got.subarray(12, query.questionEnd)).toEqual(Buffer.from(query.bytes.subarray(12, query.questionEnd)));
        expect(walkMessage(got).records.at(-1)?.end ?? query.questionEnd).toBe(got.length);
      }),
      { numRuns: 500 },
    );
  });
});
