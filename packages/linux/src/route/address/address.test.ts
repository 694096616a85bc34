import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { ADDRESS } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import { payloadOf } from "../../netlink/message.ts";
import { RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from "../constants.ts";
import { addAddress, deleteAddress, dumpAddresses } from "./address.ts";

const recording = new Recording("address");
const V0 = 3;
const NODAD: Differences = [
  [/^header\.flags = /, "ip puts flags into the header where they fit"],
  [/^8 = /, "we put them into IFA_FLAGS, which the kernel prefers"],
];

describe("addresses, as ip adds and deletes them", () => {
  it.each([
    ["ip address add 10.7.0.2/24 brd + dev v0", { address: "10.7.0.2/24" }],
    ["ip address add 10.7.0.9/31 dev v0", { address: "10.7.0.9/31" }],
    ["ip address add 10.8.0.1/32 dev v0", { address: "10.8.0.1/32" }],
    ["ip address add fd07::3/64 dev v0", { address: "fd07::3/64" }],
    ["ip address add fd07::2/64 dev v0 nodad", { address: "fd07::2/64", nodad: true }, NODAD],
  ])("%s", (command, address, differences: Differences = []) => {
    const [theirs] = recording.sent(command, RTM_NEWADDR);
    expectSame(addAddress({ linkIndex: V0, ...address }), theirs, ADDRESS, differences);
  });

  it.each([
    ["ip address delete 10.7.0.9/31 dev v0", "10.7.0.9/31"],
    ["ip address delete fd07::2/64 dev v0", "fd07::2/64"],
  ])("%s", (command, address) => {
    const [theirs] = recording.sent(command, RTM_DELADDR);
    expectSame(deleteAddress({ linkIndex: V0, address }), theirs, ADDRESS);
  });

  it("ip address show", async () => {
    expectSame(await askedBy(dumpAddresses), recording.sent("ip address show", RTM_GETADDR)[0], ADDRESS);
  });

  it("with the number of who made them, as IFA_PROTO", () => {
    const request = addAddress({ linkIndex: V0, address: "10.7.0.2/32", protocol: 186 });
    expect(Buffer.from(payloadOf(request)).toString("hex")).toMatch(/05000b00ba000000$/);
  });
});

describe("addresses, as the kernel lists them", () => {
  it("of both families", async () => {
    const socket = new ReplaySocket(recording.received("ip address show", RTM_NEWADDR));
    expect(await dumpAddresses(socket)).toEqual([
      { linkIndex: 1, address: "127.0.0.1/8", scope: 254, flags: 0x80 },
      { linkIndex: 2, address: "10.9.0.1/32", scope: 0, flags: 0x80 },
      { linkIndex: V0, address: "10.7.0.2/24", scope: 0, flags: 0x80 },
      { linkIndex: V0, address: "10.7.0.9/31", scope: 0, flags: 0x80 },
      { linkIndex: V0, address: "10.8.0.1/32", scope: 0, flags: 0x80 },
      { linkIndex: 1, address: "::1/128", scope: 254, flags: 0x80, protocol: 1 },
      { linkIndex: 2, address: "fe80::ff:fe00:2/64", scope: 253, flags: 0xc0, protocol: 3 },
      { linkIndex: V0, address: "fd07::3/64", scope: 0, flags: 0xc0 },
      { linkIndex: V0, address: "fd07::2/64", scope: 0, flags: 0x82 },
      { linkIndex: V0, address: "fe80::ff:fe00:1/64", scope: 253, flags: 0xc0, protocol: 3 },
    ]);
  });
});
