import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { NEIGHBOUR } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import type { Request } from "../../netlink/message.ts";
import { RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from "../constants.ts";
import { addFdbEntry, deleteFdbEntry, deleteNeighbour, dumpFdb, dumpNeighbours, setNeighbour } from "./neighbour.ts";

const recording = new Recording("neighbour");
const mac = "02:00:00:00:00:03";
const V0 = 3;
const VX0 = 4;
const VX6 = 5;
const NOARP: Differences = [
  [/^header\.state = /, "bridge adds NUD_NOARP, which a forwarding database does not look at"],
];

describe("neighbours and FDB entries, as ip and bridge set them", () => {
  const set: readonly (readonly [command: string, type: number, request: Request, differences?: Differences])[] = [
    [
      "ip neighbour replace 10.7.0.3 lladdr 02:00:00:00:00:03 dev v0 nud permanent",
      RTM_NEWNEIGH,
      setNeighbour({ linkIndex: V0, address: "10.7.0.3", mac }),
    ],
    [
      "ip neighbour replace fd07::3 lladdr 02:00:00:00:00:03 dev v0 nud permanent",
      RTM_NEWNEIGH,
      setNeighbour({ linkIndex: V0, address: "fd07::3", mac }),
    ],
    [
      "ip neighbour delete 10.7.0.3 lladdr 02:00:00:00:00:03 dev v0",
      RTM_DELNEIGH,
      deleteNeighbour({ linkIndex: V0, address: "10.7.0.3", mac }),
    ],
    [
      "bridge fdb replace 02:00:00:00:00:03 dev vx0 dst 192.0.2.2",
      RTM_NEWNEIGH,
      addFdbEntry({ linkIndex: VX0, mac, destination: "192.0.2.2" }),
      NOARP,
    ],
    [
      "bridge fdb replace 02:00:00:00:00:04 dev vx6 dst 2001:db8::2",
      RTM_NEWNEIGH,
      addFdbEntry({ linkIndex: VX6, mac: "02:00:00:00:00:04", destination: "2001:db8::2" }),
      NOARP,
    ],
    [
      "bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.3",
      RTM_NEWNEIGH,
      addFdbEntry({ linkIndex: VX0, mac: "00:00:00:00:00:00", destination: "192.0.2.3" }),
      NOARP,
    ],
    [
      "bridge fdb delete 02:00:00:00:00:03 dev vx0 dst 192.0.2.2",
      RTM_DELNEIGH,
      deleteFdbEntry({ linkIndex: VX0, mac, destination: "192.0.2.2" }),
      NOARP,
    ],
  ];
  for (const [command, type, request, differences] of set) {
    it(command, () => {
      expectSame(request, recording.sent(command, type)[0], NEIGHBOUR, differences);
    });
  }

  it.each([
    ["ip neighbour show", dumpNeighbours],
    ["bridge fdb show", dumpFdb],
  ])("%s", async (command, reading) => {
    expectSame(await askedBy(reading), recording.sent(command, RTM_GETNEIGH)[0], NEIGHBOUR);
  });
});

describe("neighbours and FDB entries, as the kernel lists them", () => {
  it("neighbours: learnt, set, and multicast groups", async () => {
    const socket = new ReplaySocket(recording.received("ip neighbour show", RTM_NEWNEIGH));
    const found = await dumpNeighbours(socket);
    expect(found.filter(({ permanent }) => permanent)).toEqual([
      { linkIndex: V0, address: "10.7.0.3", mac, permanent: true },
      { linkIndex: V0, address: "fd07::3", mac, permanent: true },
    ]);
    expect(found).toContainEqual({
      linkIndex: V0,
      address: "ff02::16",
      mac: "33:33:00:00:00:16",
      permanent: false,
    });
  });

  it("FDB entries: with a destination only on VXLAN links", async () => {
    const socket = new ReplaySocket(recording.received("bridge fdb show", RTM_NEWNEIGH));
    const found = await dumpFdb(socket);
    expect(found.filter(({ destination }) => destination !== undefined)).toEqual([
      { linkIndex: VX0, mac: "00:00:00:00:00:00", destination: "192.0.2.2" },
      { linkIndex: VX0, mac: "00:00:00:00:00:00", destination: "192.0.2.3" },
      // The third append was taken and did nothing.
      { linkIndex: VX0, mac, destination: "192.0.2.2" },
      { linkIndex: VX6, mac: "02:00:00:00:00:04", destination: "2001:db8::2" },
    ]);
    expect(found).toContainEqual({ linkIndex: 2, mac: "02:00:00:00:00:02" });
  });
});
