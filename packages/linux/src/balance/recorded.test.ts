import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../test/record/expect-same.ts";
import { ELEMENTS, NETFILTER } from "../../../../test/record/layouts.ts";
import { Recording } from "../../../../test/record/recording.ts";
import { ReplaySocket } from "../../../../test/record/replay-socket.ts";
import {
  NFPROTO_IPV4,
  NFPROTO_IPV6,
  NFT_MSG_DELSETELEM,
  NFT_MSG_NEWRULE,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
} from "../nftables/constants.ts";
import { dumpElements } from "../nftables/dump.ts";
import { equals } from "../nftables/expressions/cmp.ts";
import type { Expression } from "../nftables/expressions/expression.ts";
import { hashed } from "../nftables/expressions/hash.ts";
import { verdictFrom } from "../nftables/expressions/lookup.ts";
import { loadFamily, loadProtocol } from "../nftables/expressions/meta.ts";
import { nextNumber } from "../nftables/expressions/numgen.ts";
import {
  loadDestinationPort,
  loadIpv4Destination,
  loadIpv4Source,
  loadIpv6Source,
} from "../nftables/expressions/payload.ts";
import { rejectWithIcmp, rejectWithReset } from "../nftables/expressions/reject.ts";
import type { NftElementSpec, NftSetSpec } from "../nftables/spec.ts";
import { NftTransaction } from "../nftables/transaction.ts";
import { servicesTable, word } from "./balance-table.ts";

const recording = new Recording("nft-service");

/** The sets of our own table, under the names of the recording. */
const own = new Map(servicesTable("host").sets.map((set) => [set.name, set]));
const like = (name: string, original: string): NftSetSpec => ({ ...(own.get(original) ?? { key: [] }), name });
const SETS = [
  like("services4", "services4"),
  like("any6", "services6-any"),
  like("refused6", "refused6"),
  like("tasks4", "tasks4"),
  like("tasks6", "tasks6"),
];

const commandOf = (start: string): string =>
  recording.commands.find(({ command }) => command.startsWith(start))?.command ?? start;

async function sentBy(fill: (transaction: NftTransaction) => void, type: number, sets: readonly NftSetSpec[] = SETS) {
  const socket = new ReplaySocket([]);
  const transaction = new NftTransaction({ family: "inet", name: "t", sets, chains: [] });
  fill(transaction);
  await transaction.commit(socket);
  const [ours, ...more] = socket.requests.filter((request) => request.type === type);
  if (ours === undefined || more.length > 0) throw new Error(`not one request of type ${type}`);
  return ours;
}

const USERDATA: Differences = [
  [/^13 = /, "nft notes the types of fields and data, too, which their numbers say as well"],
];
const VERDICT_LENGTH: Differences = [[/^7 = /, "the kernel ignores the length of verdicts"]];
const SET_NUMBER: Differences = [[/^4 = /, "nft numbers the set as well, which only sets without a name need"]];

describe("sets of services, as nft makes them", () => {
  it.each(SETS)("$name", async (set) => {
    const ours = await sentBy((transaction) => transaction.addTable(), NFT_MSG_NEWSET, [set]);
    const kind = set.data === undefined ? "set" : "map";
    const [theirs] = recording.sent(commandOf(`nft 'add ${kind} inet t ${set.name} {`), NFT_MSG_NEWSET);
    expectSame(ours, theirs, NETFILTER, set.data === "verdict" ? [...USERDATA, ...VERDICT_LENGTH] : USERDATA);
  });
});

const ELEMENTS_OF: readonly NftElementSpec[] = [
  { set: "services4", key: ["10.7.0.3", "tcp", "8080"], data: ["jump one"], comment: "cnm:s" },
  { set: "any6", key: ["udp", "53"], data: ["jump one"], comment: "cnm:s" },
  { set: "refused6", key: ["fd07::3", "tcp", "8080"], comment: "cnm:s" },
  { set: "tasks4", key: ["10.7.0.3", "tcp", "8080", "1"], data: ["10.7.0.4", "80"], comment: "" },
  { set: "tasks6", key: ["fd07::3", "udp", "53", "0"], data: ["fd07::4", "5353"], comment: "" },
];

describe("elements of services, as nft makes, deletes and lists them", () => {
  it.each(ELEMENTS_OF)("$set", async (element) => {
    const ours = await sentBy((transaction) => transaction.addElements([element]), NFT_MSG_NEWSETELEM);
    const [theirs] = recording.sent(commandOf(`nft 'add element inet t ${element.set} {`), NFT_MSG_NEWSETELEM);
    expectSame(ours, theirs, ELEMENTS, SET_NUMBER);
  });

  it.each(["tasks4", "services4"])("one of %s goes", async (set) => {
    const gone = ELEMENTS_OF.filter((element) => element.set === set);
    const ours = await sentBy((transaction) => transaction.deleteElements(gone), NFT_MSG_DELSETELEM);
    const [theirs] = recording.sent(commandOf(`nft 'delete element inet t ${set} {`), NFT_MSG_DELSETELEM);
    expectSame(ours, theirs, ELEMENTS);
  });

  it.each(SETS)("the kernel's answer about $name is read back", async (set) => {
    const answers = recording
      .received("nft list table inet t", NFT_MSG_NEWSETELEM)
      .flatMap(({ payload }) => (Buffer.from(payload).includes(`\0${set.name}\0`) ? [payload] : []));
    expect(await dumpElements(new ReplaySocket(answers), "t", set)).toContainEqual(
      expect.objectContaining(ELEMENTS_OF.find((element) => element.set === set.name)),
    );
  });
});

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const ipv4 = [loadFamily(), equals(bytes(NFPROTO_IPV4))];
const ipv6 = [loadFamily(), equals(bytes(NFPROTO_IPV6))];

const offset = (line: RegExp): Differences => [[line, "nft says that numbers begin at 0, as they do by themselves"]];
const setId = (at: number): Differences => [
  [new RegExp(`^4\\.1#${at}\\.2\\.4 = `), "nft numbers the set (NFTA_LOOKUP_SET_ID), which has a name of its own"],
];

interface Case {
  readonly rule: string;
  readonly comment: string;
  readonly expressions: readonly Expression[];
  readonly differences?: Differences;
}

const RULES: readonly Case[] = [
  {
    rule: "pre meta nfproto ipv4 ip daddr . meta l4proto . th dport vmap @services4",
    comment: "ports4",
    expressions: [
      ...ipv4,
      loadIpv4Destination(),
      loadProtocol(word(1)),
      loadDestinationPort(word(2)),
      verdictFrom("services4"),
    ],
    differences: setId(5),
  },
  {
    rule: "pre meta nfproto ipv6 meta l4proto . th dport vmap @any6",
    comment: "any6",
    expressions: [...ipv6, loadProtocol(), loadDestinationPort(word(1)), verdictFrom("any6")],
    differences: setId(4),
  },
  {
    rule: "one numgen inc mod 3 vmap @turns",
    comment: "turn",
    expressions: [nextNumber(3, 1), verdictFrom("turns")],
    differences: [...setId(1), ...offset(/^4\.1\.2\.4 = /)],
  },
  {
    rule: "one meta nfproto ipv4 jhash ip saddr mod 251 seed 0x1 vmap @turns",
    comment: "hash4",
    expressions: [
      ...ipv4,
      loadIpv4Source(2),
      hashed({ register: 2, length: 4, modulus: 251, into: 1 }),
      verdictFrom("turns"),
    ],
    differences: [...setId(4), ...offset(/^4\.1#3\.2\.6 = /)],
  },
  {
    rule: "one meta nfproto ipv6 jhash ip6 saddr mod 251 seed 0x1 vmap @turns",
    comment: "hash6",
    expressions: [
      ...ipv6,
      loadIpv6Source(2),
      hashed({ register: 2, length: 16, modulus: 251, into: 1 }),
      verdictFrom("turns"),
    ],
    differences: [...setId(4), ...offset(/^4\.1#3\.2\.6 = /)],
  },
  {
    rule: "out meta l4proto tcp reject with tcp reset",
    comment: "reset",
    expressions: [loadProtocol(), equals(bytes(6)), rejectWithReset],
  },
  { rule: "out reject with icmpx port-unreachable", comment: "icmp", expressions: [rejectWithIcmp] },
];

describe("rules of services, as nft writes them", () => {
  it.each(RULES)("$rule", async ({ rule, comment, expressions, differences }) => {
    const [chain = ""] = rule.split(" ");
    const ours = await sentBy(
      (transaction) => transaction.addChain({ name: chain, rules: [{ comment, expressions }] }),
      NFT_MSG_NEWRULE,
    );
    const [theirs] = recording.sent(`nft 'add rule inet t ${rule} comment "${comment}"'`, NFT_MSG_NEWRULE);
    expectSame(ours, theirs, NETFILTER, differences);
  });
});
