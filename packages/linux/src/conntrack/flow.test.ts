import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../test/record/expect-same.ts";
import { NETFILTER } from "../../../../test/record/layouts.ts";
import { messageLines } from "../../../../test/record/message-lines.ts";
import { Recording } from "../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../test/record/replay-socket.ts";
import { payloadOf } from "../netlink/message.ts";
import { countFlows } from "./count-flows.ts";
import { deleteFlow, deleteFlows, dumpFlows } from "./flow.ts";
import { IPCTNL_MSG_CT_DELETE, IPCTNL_MSG_CT_GET, IPCTNL_MSG_CT_GET_STATS, IPCTNL_MSG_CT_NEW } from "./messages.ts";

const recording = new Recording("conntrack");
const flows = await dumpFlows(new ReplaySocket(recording.received("conntrack -L", IPCTNL_MSG_CT_NEW)));

describe("flows, as the kernel lists them", () => {
  const flow = (from: string) => flows.find(({ original }) => original.source === from);

  it("translated", () => {
    expect(flow("192.0.2.1")).toMatchObject({
      family: 4,
      protocol: 17,
      original: { source: "192.0.2.1", destination: "192.0.2.2", sourcePort: 40_000, destinationPort: 53 },
      reply: { source: "10.7.0.2", destination: "192.0.2.1", sourcePort: 5353, destinationPort: 40_000 },
      message: { attributes: { CTA_MARK: 7 } },
    });
  });

  it("IPv6", () => {
    expect(flow("2001:db8::1")).toMatchObject({
      family: 6,
      protocol: 6,
      original: { source: "2001:db8::1", destination: "2001:db8::2", sourcePort: 40_001, destinationPort: 80 },
      reply: { source: "2001:db8::2", destination: "2001:db8::1", sourcePort: 80, destinationPort: 40_001 },
    });
  });

  it("of a zone", () => {
    expect(flow("192.0.2.3")?.message.attributes).toMatchObject({ CTA_ZONE: 9 });
  });

  it("each with an id of its own", () => {
    expect(flows.length).toBe(3);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(3);
  });
});

const DELETION: Differences = [
  [/^header\.version = /, "version 1 makes the kernel heed the family, which version 0 does not need for one flow"],
  [/^1[ .]/, "we name the flow by its answers, and nothing else: one that asks the same again may be led elsewhere"],
  [/^24[ .]/, "conntrack sends the whole flow back: sequence adjustments"],
  [/^[378] = /, "status, timeout and mark as well"],
  [/^12 = /, "we send the id, so that a new flow with the same tuple stays"],
];

describe("flows, as conntrack asks for and deletes them", () => {
  it("conntrack -C", async () => {
    const theirs = recording.sent("conntrack -C", IPCTNL_MSG_CT_GET_STATS)[0];
    expectSame(await askedBy(countFlows), theirs, NETFILTER);
    const told = recording.received("conntrack -C", IPCTNL_MSG_CT_GET_STATS);
    expect(await countFlows(new ReplaySocket(told))).toBe(3);
  });

  it("conntrack -L", async () => {
    const theirs = recording.sent("conntrack -L", IPCTNL_MSG_CT_GET)[0];
    expectSame(await askedBy(dumpFlows), theirs, NETFILTER);
  });

  it("conntrack -D", () => {
    const command = "conntrack -D -p udp -s 192.0.2.1 -d 192.0.2.2 --sport 40000 --dport 53";
    const translated = flows.find(({ original }) => original.source === "192.0.2.1");
    if (translated === undefined) throw new Error("the flow is not recorded");
    expectSame(deleteFlow(translated), recording.sent(command, IPCTNL_MSG_CT_DELETE)[0], NETFILTER, DELETION);
  });

  it("all that fit, which conntrack itself picks out of the list", () => {
    const request = deleteFlows({
      family: 4,
      protocol: "udp",
      originalDestinationPort: 8080,
      replySource: "10.7.0.2",
      replySourcePort: 80,
    });
    expect(messageLines({ ...request, payload: payloadOf(request) }, NETFILTER)).toEqual([
      "type = 258",
      "flags = 0x0",
      "header.family = 02",
      "header.version = 01",
      "header.resource = 0000",
      "1 nested",
      "1.1 nested",
      "1.2 nested",
      "1.2.1 = 11",
      "1.2.3 = 1f90",
      "2 nested",
      "2.1 nested",
      "2.1.1 = 0a070002",
      "2.2 nested",
      "2.2.1 = 11",
      "2.2.2 = 0050",
      // CTA_FILTER: IPPROTO and destination port of the one, IPPROTO, source address and port of the other tuple.
      "25 nested",
      "25.1 = 28000000",
      "25.2 = 19000000",
    ]);
  });
});
