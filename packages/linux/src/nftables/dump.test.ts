import { describe, expect, it } from "vitest";
import { Recording } from "../../../../test/record/recording.ts";
import { ReplaySocket } from "../../../../test/record/replay-socket.ts";
import { NFT_MSG_NEWCHAIN, NFT_MSG_NEWRULE, NFT_MSG_NEWSET, NFT_MSG_NEWSETELEM, NFT_SET_MAP } from "./constants.ts";
import { dumpChains, dumpElements, dumpForeignChains, dumpRules, dumpSets } from "./dump.ts";
import { fieldsDatatype } from "./fields.ts";
import type { NftSetSpec } from "./spec.ts";

const recording = new Recording("nft-table");
const replay = (type: number) => new ReplaySocket(recording.received("nft list ruleset", type));

describe("tables, as the kernel lists them", () => {
  const CHAINS = [
    { table: "t", name: "plain" },
    { table: "t", name: "base", type: "filter", hook: 0, priority: -150, policy: "accept" },
    { table: "t", name: "judge", type: "filter", hook: 2, priority: 0, policy: "drop" },
    { table: "t", name: "nat", type: "nat", hook: 4, priority: 100, policy: "accept" },
  ];

  it("chains", async () => {
    expect(await dumpChains(replay(NFT_MSG_NEWCHAIN), "t")).toEqual(CHAINS);
    expect(await dumpChains(replay(NFT_MSG_NEWCHAIN), "other")).toEqual([]);
    const everybodys = await dumpForeignChains(replay(NFT_MSG_NEWCHAIN));
    expect(everybodys).toEqual(CHAINS.map((chain) => ({ ...chain, family: 1 })));
  });

  it("sets and maps", async () => {
    const set = (name: string, keyType: number, keyLength: number, dataType = 0) => ({
      name,
      flags: dataType === 0 ? 0 : NFT_SET_MAP,
      keyType,
      keyLength,
      dataType,
    });
    const tuple = fieldsDatatype(["ipv4_addr", "inet_proto", "inet_service"]);
    expect(await dumpSets(replay(NFT_MSG_NEWSET), "t")).toEqual([
      set("bridges", 41, 16),
      set("pairs", fieldsDatatype(["ifname", "ifname"]), 32),
      set("open4", tuple, 12),
      set("marks", 19, 4),
      set("published4", tuple, 12, fieldsDatatype(["ipv4_addr", "inet_service"])),
      set(
        "published6",
        fieldsDatatype(["inet_proto", "inet_service"]),
        8,
        fieldsDatatype(["ipv6_addr", "inet_service"]),
      ),
      set("verdicts", 41, 16, 0xffffff00),
    ]);
  });

  const sets: readonly (readonly [NftSetSpec, ...object[]])[] = [
    [
      { name: "bridges", key: ["ifname"] },
      { key: ["br0"], comment: "net:1" },
      { key: ["br1"], comment: "net:2" },
    ],
    [
      { name: "pairs", key: ["ifname", "ifname"] },
      { key: ["br0", "br0"], comment: "net:1" },
    ],
    [
      { name: "marks", key: ["mark"] },
      { key: ["305419896"], comment: "m" },
    ],
    [
      { name: "published4", key: ["ipv4_addr", "inet_proto", "inet_service"], data: ["ipv4_addr", "inet_service"] },
      { key: ["192.0.2.7", "tcp", "8080"], data: ["10.7.0.2", "80"], comment: "ep:1" },
    ],
    [
      { name: "published6", key: ["inet_proto", "inet_service"], data: ["ipv6_addr", "inet_service"] },
      { key: ["udp", "53"], data: ["fd07::2", "5353"], comment: "ep:1" },
    ],
    [
      { name: "verdicts", key: ["ifname"], data: "verdict" },
      { key: ["br0"], data: ["accept"], comment: "a" },
      { key: ["br1"], data: ["jump plain"], comment: "b" },
    ],
  ];
  for (const [set, ...elements] of sets) {
    it(`elements of ${set.name}`, async () => {
      // NFTA_SET_ELEM_LIST_SET: the recording holds the elements of every set.
      const name = Buffer.from(`${set.name}\0`);
      const own = recording
        .received("nft list ruleset", NFT_MSG_NEWSETELEM)
        .filter(({ payload }) => Buffer.from(payload).includes(name));
      const found = await dumpElements(new ReplaySocket(own), "t", set);
      const byKey = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b));
      expect([...found].sort(byKey)).toEqual(elements.map((one) => ({ set: set.name, ...one })).sort(byKey));
    });
  }
});

describe("rules, as the kernel lists them", () => {
  it("with their comments, and the names of what they do", async () => {
    const rules = new Recording("nft-rule").received("nft list table inet t", NFT_MSG_NEWRULE);
    const found = await dumpRules(new ReplaySocket(rules), "t");
    expect(found.map(({ chain, comment, expressions }) => [chain, comment, expressions.join(" ")])).toEqual([
      ["plain", "answers", "ct bitwise cmp immediate"],
      ["plain", "translated", "ct bitwise cmp immediate"],
      ["plain", "mark", "meta bitwise cmp immediate"],
      ["plain", "in", "meta lookup immediate"],
      ["plain", "out", "meta lookup immediate"],
      ["plain", "pairs", "meta meta lookup immediate"],
      ["plain", "verdicts", "meta lookup"],
      ["plain", "from", "meta cmp payload cmp immediate"],
      ["plain", "link-local", "meta cmp payload bitwise cmp immediate"],
      ["plain", "to", "meta cmp payload cmp immediate"],
      ["plain", "ping", "meta cmp immediate"],
      ["plain", "port", "meta cmp payload cmp immediate"],
      ["plain", "elsewhere", "meta cmp immediate"],
      ["pre", "own", "fib cmp immediate"],
      ["pre", "from here", "fib cmp immediate"],
      ["pre", "dnat4", "meta cmp payload meta payload lookup nat"],
      ["pre", "dnat6", "meta cmp meta payload lookup nat"],
      ["post", "snat4", "meta cmp meta lookup nat"],
      ["post", "masquerade", "masq"],
    ]);
  });
});
