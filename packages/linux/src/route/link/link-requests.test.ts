import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { type Layout, LINK, VETH } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { askedBy } from "../../../../../test/record/replay-socket.ts";
import { payloadOf, type Request } from "../../netlink/message.ts";
import { RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK, RTM_SETLINK } from "../constants.ts";
import { createLink } from "./create-link.ts";
import { deleteLink, deleteLinkGroup } from "./delete-link.ts";
import { dumpLinks, getLink } from "./get-link.ts";
import type { LinkSpec } from "./link-spec.ts";
import { setLink } from "./set-link.ts";

const recording = new Recording("link");
/** `ip` begins with an empty request, to see what the kernel knows: the last one counts. */
const sent = (command: string, type: number) => recording.sent(command, type).at(-1);

/** The indexes that these links had. */
const BR0 = 2;
const V1 = 3;

const NAMED: Differences = [
  [/^header\.index = /, "ip looks the index up first, we leave that to the kernel"],
  [/^3 = /, "so the name has to be in the request"],
];

describe("making links, as ip does", () => {
  const cases: readonly {
    readonly command: string;
    readonly spec: LinkSpec;
    readonly layout?: Layout;
    readonly differences?: Differences;
  }[] = [
    {
      command: "ip link add br0 address 02:00:00:00:00:10 mtu 1400 type bridge forward_delay 0 mcast_snooping 0",
      spec: {
        kind: "bridge",
        name: "br0",
        mac: "02:00:00:00:00:10",
        mtu: 1400,
        bridge: { IFLA_BR_FORWARD_DELAY: 0, IFLA_BR_MCAST_SNOOPING: 0 },
      },
    },
    {
      command:
        "ip link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1 address 02:00:00:00:00:02 mtu 1300",
      spec: {
        kind: "veth",
        name: "v0",
        mac: "02:00:00:00:00:01",
        mtu: 1400,
        peer: { name: "v1", mac: "02:00:00:00:00:02", mtu: 1300 },
      },
      layout: VETH,
    },
    {
      command: "ip link add v2 master br0 up type veth peer name v3 netns OTHER",
      spec: {
        kind: "veth",
        name: "v2",
        masterIndex: BR0,
        up: true,
        // The number that the namespace's descriptor had in ip.
        peer: { name: "v3", namespaceFd: 4 },
      },
      layout: VETH,
    },
    {
      command: "ip link add vx0 type vxlan id 42 local 192.0.2.1 dstport 4789 nolearning proxy l2miss l3miss",
      spec: {
        kind: "vxlan",
        name: "vx0",
        vxlan: { vni: 42, local: "192.0.2.1", port: 4789, learning: false, proxy: true, l2miss: true, l3miss: true },
      },
    },
    {
      command: "ip link add vx6 type vxlan id 43 local 2001:db8::1 dstport 4790 learning noproxy",
      spec: {
        kind: "vxlan",
        name: "vx6",
        vxlan: { vni: 43, local: "2001:db8::1", port: 4790, learning: true, proxy: false },
      },
    },
    {
      command: "ip link add mv0 link v1 type macvlan mode bridge",
      spec: { kind: "macvlan", name: "mv0", parentIndex: V1, mode: "bridge" },
    },
    {
      command: "ip link add iv0 link v1 type ipvlan mode l3 private",
      spec: { kind: "ipvlan", name: "iv0", parentIndex: V1, mode: "l3", flag: "private" },
    },
    {
      command: "ip link add vl0 link v1 type vlan id 7",
      spec: { kind: "vlan", name: "vl0", parentIndex: V1, vlanId: 7 },
      differences: [[/^18\.2\.5 /, "ip leaves 802.1Q out, which is the kernel's default"]],
    },
    { command: "ip link add du0 type dummy", spec: { kind: "dummy", name: "du0" } },
  ];

  it.each(cases)("$command", ({ command, spec, layout, differences }) => {
    expectSame(createLink(spec), sent(command, RTM_NEWLINK), layout ?? LINK, differences);
  });
});

describe("changing links, as ip does", () => {
  const cases: readonly (readonly [command: string, request: Request, differences?: Differences])[] = [
    ["ip link set v0 up", setLink("v0", { up: true })],
    ["ip link set v0 down", setLink("v0", { up: false })],
    ["ip link set v0 nomaster", setLink("v0", { masterIndex: 0 })],
    ["ip link set v0 address 02:00:00:00:00:07", setLink("v0", { mac: "02:00:00:00:00:07" })],
    ["ip link set v0 mtu 1280", setLink("v0", { mtu: 1280 })],
    ["ip link set v0 alias 'the first'", setLink("v0", { alias: "the first" })],
    ["ip link set v1 group 7", setLink("v1", { group: 7 })],
    [
      "ip link set v2 type bridge_slave hairpin on isolated on",
      setLink("v2", { port: { hairpin: true, isolated: true } }),
      [[/^18\.[14] = "bridge/, "ip names a kind bridge_slave, which the kernel does not look at"]],
    ],
    [
      "ip link set v2 type bridge_slave hairpin off isolated off mcast_router 2",
      setLink("v2", { port: { hairpin: false, isolated: false, router: true } }),
      [[/^18\.[14] = "bridge/, "ip names a kind bridge_slave, which the kernel does not look at"]],
    ],
  ];

  for (const [command, request, differences = []] of cases) {
    it(command, () => {
      expectSame(request, sent(command, RTM_NEWLINK), LINK, [...NAMED, ...differences]);
    });
  }
});

describe("deleting links, as ip does", () => {
  it("one, by name", () => {
    expectSame(deleteLink("v2"), sent("ip link delete v2", RTM_DELLINK), LINK, NAMED);
  });

  it("a group", () => {
    expectSame(deleteLinkGroup(7), sent("ip link delete group 7", RTM_DELLINK), LINK);
  });
});

describe("reading links, as ip does", () => {
  const mask = [/^29 = /, "what to leave out (IFLA_EXT_MASK) is each program's own choice"] as const;

  it("all", async () => {
    const asked = await askedBy((socket) => dumpLinks(socket));
    expectSame(asked, sent("ip -d link show", RTM_GETLINK), LINK, [
      [/^header\.family = /, "ip asks as AF_PACKET, which the kernel takes for any family"],
      mask,
    ]);
  });

  it("one, by name", async () => {
    const asked = await askedBy((socket) => getLink(socket, "v2"));
    expectSame(asked, recording.sent("ip link show v2", RTM_GETLINK)[0], LINK, [mask]);
  });
});

describe("flags of a bridge port", () => {
  it("are what bridge sets, in the place where ip sets them", () => {
    const ours = setLink("v2", { port: { hairpin: true, isolated: true } });
    const theirs = sent("bridge link set dev v2 hairpin on isolated on", RTM_SETLINK);
    // IFLA_PROTINFO there, IFLA_LINKINFO here: the same attributes in both.
    const flags = "0500040001000000050021000100";
    expect(Buffer.from(payloadOf(ours)).toString("hex")).toContain(flags);
    expect(Buffer.from(theirs?.payload ?? []).toString("hex")).toContain(flags);
  });
});
