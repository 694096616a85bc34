import type { Drift } from "@cnm/core";
import { HOST_OWNER } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../netlink/byte-writer.ts";
import type { NetlinkMessage } from "../../netlink/message.ts";
import type { MonitorListener } from "../../netlink/monitor.ts";
import { addressMessage } from "../../route/address/address-message.ts";
import { RTM_DELADDR, RTM_DELLINK, RTM_NEWLINK, RTM_NEWROUTE } from "../../route/constants.ts";
import { linkMessage } from "../../route/link/link-message.ts";
import { keyed } from "../resource-key.ts";
import { Expectations } from "./expectations.ts";
import type { StackContext } from "./stack-context.ts";
import { suspectsOf } from "./suspicion.ts";
import { watchStack } from "./watch-stack.ts";

const veth = keyed({
  kind: "link",
  owner: HOST_OWNER,
  name: "veth1",
  type: "veth",
  up: true,
  master: "br0",
  peer: { netns: "/run/box", name: "eth0", mac: "02:00:00:00:00:01", up: true },
});
const address = keyed({ kind: "address", owner: HOST_OWNER, link: "br0", address: "10.7.0.1/24" });

const BR0 = 7;

const link = (type: number, name: string, flags: number, master?: number): NetlinkMessage => {
  const out = new ByteWriter();
  const attributes = { IFLA_IFNAME: name, ...(master === undefined ? {} : { IFLA_MASTER: master }) };
  linkMessage.write(out, { family: 0, index: 5, flags, change: 0, attributes });
  return { type, flags: 0, sequence: 0, portId: 0, payload: out.finish() };
};

const deletedAddress = (text: string, prefixLength: number): NetlinkMessage => {
  const out = new ByteWriter();
  const values = { family: 2, prefixLength, flags: 0, scope: 0, index: 3, attributes: { IFA_LOCAL: text } };
  addressMessage.write(out, values);
  return { type: RTM_DELADDR, flags: 0, sequence: 0, portId: 0, payload: out.finish() };
};

function suspects(message: NetlinkMessage, netns?: string, bad = false): readonly string[] {
  const expectations = new Expectations();
  expectations.seen(veth);
  expectations.seen(address);
  return suspectsOf(message, netns, {
    at: (place) => expectations.at(place),
    isKnownBad: () => bad,
    sayAgain: () => undefined,
    anyBad: bad,
    indexOf: (name) => (name === "br0" ? BR0 : undefined),
  }).map(({ resource }) => resource.key);
}

describe("what is worth a look", () => {
  it.each([
    ["a link of ours that is deleted", link(RTM_DELLINK, "veth1", 1, BR0), undefined, [veth.key]],
    ["one that is down", link(RTM_NEWLINK, "veth1", 0, BR0), undefined, [veth.key]],
    ["one at another bridge", link(RTM_NEWLINK, "veth1", 1, BR0 + 1), undefined, [veth.key]],
    ["one at no bridge", link(RTM_NEWLINK, "veth1", 1), undefined, [veth.key]],
    ["the other end that is down", link(RTM_NEWLINK, "eth0", 0), "/run/box", [veth.key]],
    ["an address of ours", deletedAddress("10.7.0.1", 24), undefined, [address.key]],
    ["not: one that is as it should be", link(RTM_NEWLINK, "veth1", 1, BR0), undefined, []],
    ["not: the other end that is as it should be", link(RTM_NEWLINK, "eth0", 1), "/run/box", []],
    ["not: the same names elsewhere", link(RTM_DELLINK, "veth1", 1), "/run/other", []],
    ["not: links of others", link(RTM_DELLINK, "docker0", 1), undefined, []],
    ["not: addresses of others", deletedAddress("10.7.0.1", 16), undefined, []],
    [
      "not: routes of others",
      { ...deletedAddress("10.7.0.1", 24), type: RTM_NEWROUTE, payload: new Uint8Array(12) },
      undefined,
      [],
    ],
  ])("%s", (_, message, netns, keys) => {
    expect(suspects(message, netns)).toEqual(keys);
  });

  it("whatever is said of what is known to be bad: it may be mended", () => {
    expect(suspects(link(RTM_NEWLINK, "veth1", 1, BR0), undefined, true)).toEqual([veth.key]);
  });
});

describe("a watch", () => {
  it("tells of notifications that are lost or cannot be read, and closes its monitor", () => {
    const told: Drift[] = [];
    let listener: MonitorListener | undefined;
    let closed = 0;
    const watch = watchStack(
      {} as StackContext,
      new Expectations(),
      (heard) => {
        listener = heard;
        return { drain: () => undefined, [Symbol.dispose]: () => void closed++ };
      },
      (drift) => told.push(drift),
    );
    listener?.onOverrun();
    listener?.onMessage({ ...link(RTM_DELLINK, "veth1", 1), payload: new Uint8Array(3) });
    expect(told).toEqual([
      { kind: "link", detail: expect.stringContaining("something may be missed") },
      { kind: "link", detail: expect.stringContaining("cannot be read") },
    ]);
    watch[Symbol.dispose]();
    expect(closed).toBe(1);
  });
});
