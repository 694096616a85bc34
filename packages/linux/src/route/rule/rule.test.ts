import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { RULE } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import { RTM_DELRULE, RTM_GETRULE, RTM_NEWRULE } from "../constants.ts";
import { addRule, deleteRule, dumpRules, type Rule } from "./rule.ts";

const recording = new Recording("rule");
const TABLE_TWICE: Differences = [
  [/^15 = 4d000000$/, "ip leaves FRA_TABLE out where the header has room for the number"],
];

const BETWEEN: Rule = { family: 4, priority: 100, table: 77, source: "10.7.0.0/24", destination: "10.9.0.0/16" };
const MARKED: Rule = { family: 4, priority: 101, table: 1000, mark: { value: 0x10, mask: 0xff }, incoming: "lo" };
const FROM: Rule = { family: 6, priority: 102, table: 77, source: "fd07::/64" };

describe("rules, as ip adds and deletes them", () => {
  it.each([
    ["ip rule add from 10.7.0.0/24 to 10.9.0.0/16 priority 100 table 77", BETWEEN, TABLE_TWICE],
    ["ip rule add fwmark 0x10/0xff iif lo priority 101 table 1000", MARKED, []],
    ["ip -6 rule add from fd07::/64 priority 102 table 77", FROM, TABLE_TWICE],
  ])("%s", (command, rule, differences) => {
    expectSame(addRule(rule), recording.sent(command, RTM_NEWRULE)[0], RULE, differences);
  });

  it("ip rule delete", () => {
    const command = "ip rule delete from 10.7.0.0/24 to 10.9.0.0/16 priority 100 table 77";
    expectSame(deleteRule(BETWEEN), recording.sent(command, RTM_DELRULE)[0], RULE, [
      ...TABLE_TWICE,
      [/^header\.action = /, "ip deletes rules of any action, we those that look up in a table"],
    ]);
  });

  it.each([
    ["ip rule show", 4],
    ["ip -6 rule show", 6],
  ] as const)("%s", async (command, family) => {
    const asked = await askedBy((socket) => dumpRules(socket, family));
    expectSame(asked, recording.sent(command, RTM_GETRULE)[0], RULE);
  });
});

describe("rules, as the kernel lists them", () => {
  it("IPv4", async () => {
    const socket = new ReplaySocket(recording.received("ip rule show", RTM_NEWRULE));
    expect(await dumpRules(socket, 4)).toEqual([
      { family: 4, table: 255, priority: 0 },
      BETWEEN,
      MARKED,
      { family: 4, table: 254, priority: 32766 },
      { family: 4, table: 253, priority: 32767 },
    ]);
  });

  it("IPv6", async () => {
    const socket = new ReplaySocket(recording.received("ip -6 rule show", RTM_NEWRULE));
    expect(await dumpRules(socket, 6)).toEqual([
      { family: 6, table: 255, priority: 0 },
      FROM,
      { family: 6, table: 254, priority: 32766 },
    ]);
  });
});
