import { describe, expect, it } from "vitest";
import { Recording } from "../../../../../test/record/recording.ts";
import { ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import { RTM_NEWLINK } from "../constants.ts";
import { dumpLinks, getLink } from "./get-link.ts";
import type { Link } from "./link.ts";

const recording = new Recording("link");
const links = await dumpLinks(new ReplaySocket(recording.received("ip -d -s link show", RTM_NEWLINK)));
const link = (name: string): Link => {
  const found = links.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no link ${name} is recorded`);
  return found;
};

const NOTHING = {
  rxPackets: 0,
  txPackets: 0,
  rxBytes: 0,
  txBytes: 0,
  rxErrors: 0,
  txErrors: 0,
  rxDropped: 0,
  txDropped: 0,
};

describe("links, as the kernel lists them", () => {
  it("are all there, in order", () => {
    expect(links.map(({ index, name, kind }) => [index, name, kind])).toEqual([
      [1, "lo", ""],
      [2, "br0", "bridge"],
      [3, "v1", "veth"],
      [4, "v0", "veth"],
      [5, "v2", "veth"],
      [6, "vx0", "vxlan"],
      [7, "vx6", "vxlan"],
      [8, "mv0", "macvlan"],
    ]);
  });

  it("loopback", () => {
    expect(link("lo")).toEqual({
      index: 1,
      name: "lo",
      kind: "",
      type: 772,
      up: true,
      flags: 0x10049,
      mtu: 65536,
      mac: "00:00:00:00:00:00",
      alias: "",
      group: 0,
      linkLocal: true,
      data: {},
      statistics: NOTHING,
    });
  });

  it("a veth: its other end, its alias", () => {
    expect(link("v0")).toEqual({
      index: 4,
      name: "v0",
      kind: "veth",
      type: 1,
      up: false,
      flags: 0x1002,
      mtu: 1280,
      mac: "02:00:00:00:00:07",
      alias: "the first",
      group: 0,
      linkIndex: 3,
      linkLocal: true,
      data: {},
      statistics: NOTHING,
    });
  });

  it("a bridge port whose other end is in another namespace", () => {
    expect(link("v2")).toMatchObject({
      up: true,
      masterIndex: 2,
      linkIndex: 2,
      linkNamespaceId: 0,
      port: { hairpin: true, isolated: true },
    });
  });

  it("a bridge", () => {
    expect(link("br0")).toMatchObject({
      // Its port that is up has the least MTU.
      mtu: 1500,
      mac: "02:00:00:00:00:10",
      data: {
        IFLA_BR_FORWARD_DELAY: 0,
        IFLA_BR_AGEING_TIME: 30_000,
        IFLA_BR_PRIORITY: 0x8000,
        IFLA_BR_MCAST_SNOOPING: 0,
      },
    });
  });

  it("VXLANs of both families", () => {
    expect(link("vx0").data).toMatchObject({
      IFLA_VXLAN_ID: 42,
      IFLA_VXLAN_LOCAL: "192.0.2.1",
      IFLA_VXLAN_PORT: 4789,
      IFLA_VXLAN_LEARNING: 0,
      IFLA_VXLAN_PROXY: 1,
      IFLA_VXLAN_L2MISS: 1,
      IFLA_VXLAN_L3MISS: 1,
    });
    expect(link("vx6").data).toMatchObject({
      IFLA_VXLAN_ID: 43,
      IFLA_VXLAN_LOCAL6: "2001:db8::1",
      IFLA_VXLAN_PORT: 4790,
      IFLA_VXLAN_LEARNING: 1,
      IFLA_VXLAN_PROXY: 0,
    });
  });

  it("a macvlan and its parent", () => {
    expect(link("mv0")).toMatchObject({ linkIndex: 3, data: { IFLA_MACVLAN_MODE: 4, IFLA_MACVLAN_FLAGS: 0 } });
  });

  it("one by name", async () => {
    const found = await getLink(new ReplaySocket(recording.received("ip link show v2", RTM_NEWLINK)), "v2");
    expect(found).toMatchObject({ index: 5, name: "v2", kind: "veth", port: { hairpin: true, isolated: true } });
  });
});
