import { describe, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { NETFILTER } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import { NFPROTO_IPV4, NFPROTO_IPV6, NFT_MSG_NEWRULE, NFT_REG32_00 } from "../constants.ts";
import { NftTransaction } from "../transaction.ts";
import { masked, matches } from "./bitwise.ts";
import { differs, equals } from "./cmp.ts";
import { destinationTranslated, establishedOrRelated } from "./ct.ts";
import type { Expression } from "./expression.ts";
import { destinationIsLocal, sourceIsLocal } from "./fib.ts";
import { isIn, isNotIn, mapped, verdictFrom } from "./lookup.ts";
import { loadFamily, loadIncomingName, loadMark, loadOutgoingName, loadProtocol } from "./meta.ts";
import { masquerade, translateDestination, translateSource } from "./nat.ts";
import {
  loadDestinationPort,
  loadIpv4Destination,
  loadIpv4Source,
  loadIpv6Destination,
  loadIpv6Source,
} from "./payload.ts";
import { accept, drop, goBack, jump } from "./verdict.ts";

const recording = new Recording("nft-rule");

interface Case {
  readonly rule: string;
  readonly chain?: string;
  readonly comment: string;
  readonly expressions: readonly (Expression | readonly Expression[])[];
  readonly differences?: Differences;
}

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const address = (head: readonly number[], last = 0): Uint8Array => {
  const whole = new Uint8Array(16);
  whole.set(head);
  whole[15] = last;
  return whole;
};
const ipv4 = [loadFamily(), equals(bytes(NFPROTO_IPV4))];
const ipv6 = [loadFamily(), equals(bytes(NFPROTO_IPV6))];
const word = (at: number): number => NFT_REG32_00 + at;

const setId = (at: number): Differences => [
  [new RegExp(`^4\\.1#${at}\\.2\\.4 = `), "nft numbers the set (NFTA_LOOKUP_SET_ID), which has a name of its own"],
];
const portRange = (at: number): Differences => [
  [
    new RegExp(`^4\\.1#${at}\\.2\\.7 = `),
    "nft leaves NF_NAT_RANGE_PROTO_SPECIFIED out, which a port's register implies",
  ],
];
/** It does so for flags of a state, and not for other masks. */
const operation = (at: number): Differences => [
  [new RegExp(`^4\\.1#${at}\\.2\\.6 = 00000000`), "nft leaves NFTA_BITWISE_OP out, whose 0 is the default"],
];
/** 16 bytes have two numbers: the old one of the register, and that of the first of its words. */
const registerNumber = (line: RegExp): Differences => [[line, "nft gives whole registers their old number"]];

const CASES: readonly Case[] = [
  {
    rule: "ct state established,related accept",
    comment: "answers",
    expressions: [establishedOrRelated, accept],
    differences: operation(1),
  },
  {
    rule: "ct status dnat drop",
    comment: "translated",
    expressions: [destinationTranslated, drop],
    differences: operation(1),
  },
  { rule: "meta mark & 0xff == 0x10 return", comment: "mark", expressions: [loadMark(), matches(0x10, 0xff), goBack] },
  {
    rule: "iifname @bridges jump other",
    comment: "in",
    expressions: [loadIncomingName(), isIn("bridges"), jump("other")],
    differences: setId(1),
  },
  {
    rule: "oifname != @bridges drop",
    comment: "out",
    expressions: [loadOutgoingName(), isNotIn("bridges"), drop],
    differences: setId(1),
  },
  {
    rule: "iifname . oifname @pairs accept",
    comment: "pairs",
    expressions: [loadIncomingName(), loadOutgoingName(word(4)), isIn("pairs"), accept],
    differences: [...setId(2), ...registerNumber(/^4\.1#1\.2\.1 = /)],
  },
  {
    rule: "oifname vmap @verdicts",
    comment: "verdicts",
    expressions: [loadOutgoingName(), verdictFrom("verdicts")],
    differences: setId(1),
  },
  {
    rule: "meta nfproto ipv4 ip saddr 192.0.2.1 accept",
    comment: "from",
    expressions: [ipv4, loadIpv4Source(), equals(bytes(192, 0, 2, 1)), accept],
  },
  {
    rule: "meta nfproto ipv6 ip6 saddr & ffc0:: == fe80:: return",
    comment: "link-local",
    expressions: [ipv6, loadIpv6Source(), masked(address([0xff, 0xc0])), equals(address([0xfe, 0x80])), goBack],
  },
  {
    rule: "meta nfproto ipv6 ip6 daddr fd07::2 drop",
    comment: "to",
    expressions: [ipv6, loadIpv6Destination(), equals(address([0xfd, 0x07], 2)), drop],
  },
  { rule: "meta l4proto icmp accept", comment: "ping", expressions: [loadProtocol(), equals(bytes(1)), accept] },
  {
    rule: "meta l4proto tcp th dport 80 accept",
    comment: "port",
    expressions: [loadProtocol(), equals(bytes(6)), loadDestinationPort(), equals(bytes(0, 80)), accept],
  },
  {
    rule: "iifname != lo accept",
    comment: "elsewhere",
    expressions: [loadIncomingName(), differs(text("lo".padEnd(16, "\0"))), accept],
  },
  {
    rule: "fib daddr type local jump plain",
    chain: "pre",
    comment: "own",
    expressions: [destinationIsLocal, jump("plain")],
  },
  { rule: "fib saddr type local accept", chain: "pre", comment: "from here", expressions: [sourceIsLocal, accept] },
  {
    rule: "meta nfproto ipv4 dnat ip to ip daddr . meta l4proto . th dport map @published4",
    chain: "pre",
    comment: "dnat4",
    expressions: [
      ipv4,
      loadIpv4Destination(),
      loadProtocol(word(1)),
      loadDestinationPort(word(2)),
      mapped("published4"),
      translateDestination(4),
    ],
    differences: [...setId(5), ...portRange(6)],
  },
  {
    rule: "meta nfproto ipv6 dnat ip6 to meta l4proto . th dport map @published6",
    chain: "pre",
    comment: "dnat6",
    expressions: [ipv6, loadProtocol(), loadDestinationPort(word(1)), mapped("published6"), translateDestination(6)],
    differences: [...setId(4), ...portRange(5), ...registerNumber(/^4\.1#5\.2\.5 = /)],
  },
  {
    rule: "meta nfproto ipv4 snat ip to iifname map @snat4",
    chain: "post",
    comment: "snat4",
    expressions: [ipv4, loadIncomingName(), mapped("snat4"), translateSource(4)],
    differences: setId(3),
  },
  { rule: "masquerade", chain: "post", comment: "masquerade", expressions: [masquerade] },
];

describe("rules, as nft writes them", () => {
  it.each(CASES)("$rule", async ({ rule, chain = "plain", comment, expressions, differences }) => {
    const socket = new ReplaySocket([]);
    const transaction = new NftTransaction({
      family: "inet",
      name: "t",
      sets: [],
      chains: [{ name: chain, rules: [{ comment, expressions: expressions.flat() }] }],
    });
    transaction.addTable();
    await transaction.commit(socket);
    const ours = socket.requests.find(({ type }) => type === NFT_MSG_NEWRULE);
    if (ours === undefined) throw new Error("no rule was sent");
    const [theirs] = recording.sent(`nft 'add rule inet t ${chain} ${rule} comment "${comment}"'`, NFT_MSG_NEWRULE);
    expectSame(ours, theirs, NETFILTER, differences);
  });
});
