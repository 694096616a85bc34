import { describe, it } from "vitest";
import { type Differences, expectSame } from "../../../../test/record/expect-same.ts";
import { ELEMENTS, NETFILTER } from "../../../../test/record/layouts.ts";
import { Recording } from "../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../test/record/replay-socket.ts";
import type { Request } from "../netlink/message.ts";
import {
  NFNL_MSG_BATCH_BEGIN,
  NFNL_MSG_BATCH_END,
  NFT_MSG_DELSETELEM,
  NFT_MSG_DELTABLE,
  NFT_MSG_GETCHAIN,
  NFT_MSG_GETRULE,
  NFT_MSG_GETSET,
  NFT_MSG_GETSETELEM,
  NFT_MSG_NEWCHAIN,
  NFT_MSG_NEWSET,
  NFT_MSG_NEWSETELEM,
  NFT_MSG_NEWTABLE,
} from "./constants.ts";
import { dumpChains, dumpElements, dumpForeignChains, dumpRules, dumpSets } from "./dump.ts";
import type { NftChainSpec, NftElementSpec, NftSetSpec, NftTableSpec } from "./spec.ts";
import { NftTransaction } from "./transaction.ts";

const recording = new Recording("nft-table");
const ADDRESS_PORT = ["ipv4_addr", "inet_service"] as const;
const SETS: readonly NftSetSpec[] = [
  { name: "bridges", key: ["ifname"] },
  { name: "pairs", key: ["ifname", "ifname"] },
  { name: "open4", key: ["ipv4_addr", "inet_proto", "inet_service"] },
  { name: "marks", key: ["mark"] },
  { name: "published4", key: ["ipv4_addr", "inet_proto", "inet_service"], data: ADDRESS_PORT },
  { name: "published6", key: ["inet_proto", "inet_service"], data: ["ipv6_addr", "inet_service"] },
  { name: "verdicts", key: ["ifname"], data: "verdict" },
];
const TABLE: NftTableSpec = { family: "inet", name: "t", sets: SETS, chains: [] };

/** What a transaction sends, without the brackets around it. */
async function sentBy(fill: (transaction: NftTransaction) => void, table = TABLE): Promise<readonly Request[]> {
  const socket = new ReplaySocket([]);
  const transaction = new NftTransaction(table);
  fill(transaction);
  await transaction.commit(socket);
  return socket.requests.slice(1, -1);
}

const only = (requests: readonly Request[], type: number) => {
  const found = requests.filter((request) => request.type === type);
  if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} requests of type ${type}`);
  return found[0];
};

describe("tables, as nft makes and deletes them", () => {
  it("begin and end of a transaction", async () => {
    const socket = new ReplaySocket([]);
    const transaction = new NftTransaction(TABLE);
    transaction.deleteTable();
    await transaction.commit(socket);
    const [begin, , end] = socket.requests;
    if (begin === undefined || end === undefined) throw new Error("no brackets");
    expectSame(begin, recording.sent("nft delete table inet t", NFNL_MSG_BATCH_BEGIN)[0], NETFILTER);
    expectSame(end, recording.sent("nft delete table inet t", NFNL_MSG_BATCH_END)[0], NETFILTER);
  });

  it("nft add table", async () => {
    const requests = await sentBy((transaction) => transaction.addTable(), { ...TABLE, sets: [] });
    expectSame(
      only(requests, NFT_MSG_NEWTABLE),
      recording.sent("nft add table inet t", NFT_MSG_NEWTABLE)[0],
      NETFILTER,
      [[/^flags = /, "nft does not say NLM_F_CREATE for tables, which the kernel makes all the same"]],
    );
  });

  it("nft delete table", async () => {
    const requests = await sentBy((transaction) => transaction.deleteTable());
    const theirs = recording.sent("nft delete table inet t", NFT_MSG_DELTABLE)[0];
    expectSame(only(requests, NFT_MSG_DELTABLE), theirs, NETFILTER);
  });
});

describe("chains, as nft makes them", () => {
  const base = (
    type: "filter" | "nat",
    hook: NonNullable<NftChainSpec["base"]>["hook"],
    priority: number,
    policy: "accept" | "drop" = "accept",
  ) => ({ base: { type, hook, priority, policy } });

  it.each([
    ["nft add chain inet t plain", { name: "plain" }],
    [
      "nft 'add chain inet t base { type filter hook prerouting priority mangle; policy accept; }'",
      { name: "base", ...base("filter", "prerouting", -150) },
    ],
    [
      "nft 'add chain inet t judge { type filter hook forward priority 0; policy drop; }'",
      { name: "judge", ...base("filter", "forward", 0, "drop") },
    ],
    [
      "nft 'add chain inet t nat { type nat hook postrouting priority srcnat; policy accept; }'",
      { name: "nat", ...base("nat", "postrouting", 100) },
    ],
  ])("%s", async (command, chain) => {
    const table = { ...TABLE, sets: [], chains: [{ ...chain, rules: [] }] };
    const requests = await sentBy((transaction) => transaction.addTable(), table);
    expectSame(only(requests, NFT_MSG_NEWCHAIN), recording.sent(command, NFT_MSG_NEWCHAIN)[0], NETFILTER);
  });
});

describe("sets and maps, as nft makes them", () => {
  /** Where nft has to know the byte order of a key, to show elements as we mean them, we note it as well. */
  const SAME_USERDATA: readonly string[] = ["bridges", "marks"];
  const USERDATA: Differences = [
    [/^13 = /, "nft notes the types of fields and data, too, which their numbers say as well"],
  ];
  const VERDICT_LENGTH: Differences = [[/^7 = /, "the kernel ignores the length of verdicts"]];

  it.each(SETS.map((set) => [set.name, set] as const))("%s", async (name, set) => {
    const command = recording.commands.find(
      (one) => /add (set|map)/.test(one.command) && one.command.includes(` ${name} `),
    );
    const requests = await sentBy((transaction) => transaction.addTable(), { ...TABLE, sets: [set] });
    const theirs = recording.sent(command?.command ?? "", NFT_MSG_NEWSET)[0];
    expectSame(only(requests, NFT_MSG_NEWSET), theirs, NETFILTER, [
      ...(SAME_USERDATA.includes(name) ? [] : USERDATA),
      ...(set.data === "verdict" ? VERDICT_LENGTH : []),
    ]);
  });
});

describe("elements, as nft adds and deletes them", () => {
  const cases: readonly (readonly [command: string, elements: readonly NftElementSpec[]])[] = [
    [
      'nft \'add element inet t bridges { br0 comment "net:1", br1 comment "net:2" }\'',
      [
        { set: "bridges", key: ["br0"], comment: "net:1" },
        { set: "bridges", key: ["br1"], comment: "net:2" },
      ],
    ],
    [
      "nft 'add element inet t pairs { br0 . br0 comment \"net:1\" }'",
      [{ set: "pairs", key: ["br0", "br0"], comment: "net:1" }],
    ],
    [
      "nft 'add element inet t marks { 0x12345678 comment \"m\" }'",
      [{ set: "marks", key: [String(0x12345678)], comment: "m" }],
    ],
    [
      "nft 'add element inet t published4 { 192.0.2.7 . tcp . 8080 comment \"ep:1\" : 10.7.0.2 . 80 }'",
      [{ set: "published4", key: ["192.0.2.7", "tcp", "8080"], data: ["10.7.0.2", "80"], comment: "ep:1" }],
    ],
    [
      "nft 'add element inet t published6 { udp . 53 comment \"ep:1\" : fd07::2 . 5353 }'",
      [{ set: "published6", key: ["udp", "53"], data: ["fd07::2", "5353"], comment: "ep:1" }],
    ],
    [
      'nft \'add element inet t verdicts { br0 comment "a" : accept, br1 comment "b" : jump plain }\'',
      [
        { set: "verdicts", key: ["br0"], data: ["accept"], comment: "a" },
        { set: "verdicts", key: ["br1"], data: ["jump plain"], comment: "b" },
      ],
    ],
  ];
  it.each(cases)("%s", async (command, elements) => {
    const requests = await sentBy((transaction) => transaction.addElements(elements));
    const theirs = recording.sent(command, NFT_MSG_NEWSETELEM)[0];
    expectSame(only(requests, NFT_MSG_NEWSETELEM), theirs, ELEMENTS, [
      [/^4 = /, "nft numbers the set as well, which only sets without a name of their own need"],
    ]);
  });

  it("nft delete element", async () => {
    const elements = ["br0", "br1"].map((name) => ({ set: "bridges", key: [name], comment: "" }));
    const requests = await sentBy((transaction) => transaction.deleteElements(elements));
    const theirs = recording.sent("nft 'delete element inet t bridges { br0, br1 }'", NFT_MSG_DELSETELEM)[0];
    expectSame(only(requests, NFT_MSG_DELSETELEM), theirs, ELEMENTS);
  });
});

describe("readings, as nft asks for them", () => {
  const bridges: NftSetSpec = { name: "bridges", key: ["ifname"] };
  const rules = new Recording("nft-rule");
  const list = "nft list table inet t";

  it("chains, of every table", async () => {
    const theirs = recording.sent("nft list ruleset", NFT_MSG_GETCHAIN)[0];
    expectSame(await askedBy(dumpForeignChains), theirs, NETFILTER);
    expectSame(await askedBy((socket) => dumpChains(socket, "t")), theirs, NETFILTER, [
      [/^header\.family = /, "we ask for inet alone"],
    ]);
  });

  it("sets, of one table", async () => {
    expectSame(await askedBy((socket) => dumpSets(socket, "t")), rules.sent(list, NFT_MSG_GETSET)[0], NETFILTER);
  });

  it("elements, of one set", async () => {
    const asked = await askedBy((socket) => dumpElements(socket, "t", bridges));
    expectSame(asked, rules.sent(list, NFT_MSG_GETSETELEM)[0], NETFILTER);
  });

  it("rules, of one table", async () => {
    const theirs = rules.sent(list, NFT_MSG_GETRULE)[0];
    expectSame(await askedBy((socket) => dumpRules(socket, "t")), theirs, NETFILTER);
  });
});
