import { deepStrictEqual } from "node:assert/strict";
import { parseHosts, parseResolvConf, type Query, readQuery, renderResolvConf, writeAnswer } from "@cnm/core";
import { answerTtl } from "../../../packages/core/src/discovery/forward/answer-ttl.ts";
import { passOn } from "../../../packages/core/src/discovery/forward/pass-on.ts";
import { readUpstreamAnswer } from "../../../packages/core/src/discovery/forward/upstream-answer.ts";
import { upstreamQuery } from "../../../packages/core/src/discovery/forward/upstream-query.ts";
import { resolve } from "../../../packages/core/src/discovery/resolve.ts";
import type { View } from "../../../packages/core/src/discovery/view.ts";
import { questionKey } from "../../../packages/core/src/discovery/wire/question-key.ts";
import { walkMessage } from "../../../packages/core/src/discovery/wire/walk-message.ts";
import type { NetworkId } from "../../../packages/core/src/model/ids.ts";
import { mutate } from "../mutate.ts";
import { below, pick } from "../pick.ts";
import type { FuzzTarget, Random } from "../target.ts";
import { textOf, toBytes, toText } from "../texts.ts";

export const dns = (): readonly FuzzTarget[] => [
  { name: "DNS query", generate: (random) => perhapsMutated(someQuery(random), random), run: answerQuery },
  { name: "DNS answer", generate: (random) => mutate(pick(random, ANSWERS), random), run: passOnAnswer },
  { name: "resolv.conf", generate: (random) => toBytes(textOf(random, RESOLV_CONF_PIECES, 20)), run: settleResolvConf },
  {
    name: "hosts file",
    generate: (random) => toBytes(textOf(random, ["127.0.0.1", "::1", "a", "\t", " ", "\n", "\r\n", "#"], 20)),
    run: (input) => parseHosts(toText(input)),
  },
];

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

const NAMES = ["03776562", "03576542 03726564", "055f68747470 045f746370 03776562", "", "03776562 c00c", "3f"];
const TYPES = ["0001", "001c", "000c", "0021", "00ff", "0041"];
const OPTS = ["", "00 0029 04d0 00000000 0000", "00 0029 1000 00008000 000c 000a0008 0123456789abcdef"];

function someQuery(random: Random): Uint8Array {
  const opt = pick(random, OPTS);
  const head = `0007 ${pick(random, ["0100", "0000", "0120", "0110"])} 0001 0000 0000 ${opt === "" ? "0000" : "0001"}`;
  return hex(`${head} ${pick(random, NAMES)} 00 ${pick(random, TYPES)} 0001 ${opt}`);
}

const perhapsMutated = (bytes: Uint8Array, random: Random): Uint8Array =>
  below(random, 3) === 0 ? bytes : mutate(bytes, random);

const VIEW: View = {
  names: {
    named: (networkId, name) => (name.toLowerCase() === "web" ? [entry(networkId)] : []),
    withAddress: () => [],
  },
  networks: [{ id: "1" as NetworkId, name: "red", subnets: [] }],
  ndots: 0,
};

const entry = (networkId: NetworkId) => ({
  id: "1",
  networkId,
  names: ["web"],
  addresses: Array.from({ length: 60 }, (_, at) => `10.7.0.${at}`),
  ports: [{ protocol: "tcp", port: 80 } as const],
});

/** Whatever is answered is a whole message of the right length, and the short way agrees with the long one. */
function answerQuery(input: Uint8Array): void {
  const key = questionKey(input);
  const reading = readQuery(input);
  if (key !== undefined && reading.type !== "query") throw new Error(`${reading.type}, but it has a key`);
  if (reading.type !== "query") return;
  const { query } = reading;
  if (key !== undefined) deepStrictEqual([key.questionEnd, key.udpSize], [query.questionEnd, query.udpSize]);
  const verdict = resolve(query.question, VIEW, { random: () => 0 });
  if (verdict.type === "forward") throw new Error("there is nobody to forward to");
  const answer = writeAnswer(query, verdict);
  if (answer.length > Math.min(query.udpSize, 1232)) throw new Error(`${answer.length} bytes are too many`);
  expectWhole(answer, query);
}

const QUESTION = "076578616d706c65 036f7267 00 0001 0001";
const QUERY = hex(`0007 0100 0001 0000 0000 0001 ${QUESTION} 00 0029 0258 00000000 0000`);
const A = "c00c 0001 0001 0000003c 0004 c0000201";
const CNAME = "c00c 0005 0001 0000003c 0006 03777777 c00c";
const SOA = "c014 0006 0001 0000003c 001c 026e73 c014 0161 c014 00000001 00000002 00000003 00000004 0000001e";
const OPT = "00 0029 04d0 00000000 0000";
const ANSWERS = [
  `0007 8180 0001 0001 0000 0001 ${QUESTION} ${A} ${OPT}`,
  `0007 8180 0001 0002 0000 0000 ${QUESTION} ${CNAME} ${A}`,
  `0007 8183 0001 0000 0001 0001 ${QUESTION} ${SOA} ${OPT}`,
  `0007 8180 0001 0028 0000 0001 ${QUESTION} ${A.repeat(40)} ${OPT}`,
].map(hex);

function passOnAnswer(input: Uint8Array): void {
  const reading = readQuery(QUERY);
  if (reading.type !== "query") throw new Error(reading.type);
  const { query } = reading;
  expectWhole(upstreamQuery(query, { id: 7, udpSize: 1232 }), query);
  const answer = readUpstreamAnswer(input, query, 7);
  if (answer === undefined) return;
  if (!(answerTtl(answer) >= 0)) throw new Error("a time to live is no number");
  const passed = passOn(answer, query, {}, 10);
  if (passed.length > 600) throw new Error(`${passed.length} bytes are too many`);
  expectWhole(passed, query);
}

/** A message to the question of this query, that ends where its last record does. */
function expectWhole(bytes: Uint8Array, query: Query): void {
  const { questionEnd, records } = walkMessage(bytes);
  deepStrictEqual(records.at(-1)?.end ?? questionEnd, bytes.length);
  deepStrictEqual(
    Buffer.from(bytes.subarray(12, questionEnd)),
    Buffer.from(query.bytes.subarray(12, query.questionEnd)),
  );
}

const RESOLV_CONF_PIECES = [
  "nameserver ",
  "192.0.2.1",
  "fe80::1%eth0",
  "%",
  "search ",
  "domain ",
  "options ",
  "ndots:",
  "ndots:2",
  "rotate",
  "example.org",
  ".",
  "#",
  ";",
  "\n",
  "\r\n",
  "\t",
  " ",
];

/** What is rendered reads as what it was rendered from. */
function settleResolvConf(input: Uint8Array): void {
  const once = parseResolvConf(renderResolvConf({ resolvers: ["127.0.0.11"], host: parseResolvConf(toText(input)) }));
  const twice = parseResolvConf(renderResolvConf({ resolvers: ["127.0.0.11"], host: once }));
  deepStrictEqual(twice, once);
}
