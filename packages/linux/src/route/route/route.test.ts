import { describe, expect, it } from "vitest";
import { type Differences, expectSame } from "../../../../../test/record/expect-same.ts";
import { ROUTE } from "../../../../../test/record/layouts.ts";
import { Recording } from "../../../../../test/record/recording.ts";
import { askedBy, ReplaySocket } from "../../../../../test/record/replay-socket.ts";
import type { Request } from "../../netlink/message.ts";
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from "../constants.ts";
import { addRoute, deleteRoute, dumpRoutes, type RouteSpec, replaceRoute } from "./route.ts";

const recording = new Recording("route");
const linkIndex = 3;
const DEFAULT_DESTINATION: Differences = [[/^1 = 0{32}$/, "ip -6 writes ::, whose length of 0 says all"]];

const via = (destination: string, gateway: string, rest: Partial<RouteSpec> = {}): RouteSpec => ({
  destination,
  gateway,
  linkIndex,
  ...rest,
});
const ours = { protocol: 186, metric: 7 };

describe("routes, as ip adds, replaces and deletes them", () => {
  const cases: readonly (readonly [command: string, request: Request, differences?: Differences])[] = [
    ["ip route add default via 10.7.0.1 dev v0 proto static", addRoute(via("0.0.0.0/0", "10.7.0.1"))],
    [
      "ip route add 10.9.0.0/16 via 10.7.0.3 dev v0 proto 186 metric 7 src 10.7.0.2",
      addRoute(via("10.9.0.0/16", "10.7.0.3", { ...ours, source: "10.7.0.2" })),
    ],
    ["ip route add 10.10.0.0/16 dev v0 proto static", addRoute({ destination: "10.10.0.0/16", linkIndex })],
    [
      "ip route add 10.11.0.0/16 via 192.0.2.1 dev v0 proto static onlink",
      addRoute(via("10.11.0.0/16", "192.0.2.1", { onlink: true })),
    ],
    [
      "ip route add 10.12.0.0/16 via 10.7.0.1 dev v0 proto static table 1000",
      addRoute(via("10.12.0.0/16", "10.7.0.1", { table: 1000 })),
    ],
    [
      "ip route add 10.12.0.0/16 via 10.7.0.1 dev v0 proto static table 77",
      addRoute(via("10.12.0.0/16", "10.7.0.1", { table: 77 })),
    ],
    ["ip route replace default via 10.7.0.254 dev v0 proto static", replaceRoute(via("0.0.0.0/0", "10.7.0.254"))],
    ["ip -6 route add default via fd07::1 dev v0 proto static", addRoute(via("::/0", "fd07::1")), DEFAULT_DESTINATION],
    ["ip -6 route add fd09::/48 via fd07::3 dev v0 proto 186 metric 7", addRoute(via("fd09::/48", "fd07::3", ours))],
    ["ip -6 route add fd0a::/48 dev v0 proto static", addRoute({ destination: "fd0a::/48", linkIndex })],
    [
      "ip -6 route replace fd09::/48 via fd07::4 dev v0 proto 186 metric 7",
      replaceRoute(via("fd09::/48", "fd07::4", ours)),
    ],
  ];
  for (const [command, request, differences] of cases) {
    it(command, () => {
      expectSame(request, recording.sent(command, RTM_NEWROUTE)[0], ROUTE, differences);
    });
  }

  const deletions: typeof cases = [
    [
      "ip route delete 10.9.0.0/16 via 10.7.0.3 dev v0 proto 186 metric 7 src 10.7.0.2",
      deleteRoute(via("10.9.0.0/16", "10.7.0.3", { ...ours, source: "10.7.0.2" })),
      [
        [/^header\.scope = /, "ip deletes routes of any scope, we those of ours"],
        [/^header\.type = /, "ip deletes routes of any type, we unicast ones"],
      ],
    ],
    [
      "ip -6 route delete fd0a::/48 dev v0 proto static",
      deleteRoute({ destination: "fd0a::/48", linkIndex }),
      [[/^header\.type = /, "ip deletes routes of any type, we unicast ones"]],
    ],
  ];
  for (const [command, request, differences] of deletions) {
    it(command, () => {
      expectSame(request, recording.sent(command, RTM_DELROUTE)[0], ROUTE, differences);
    });
  }

  it("ip -6 route show", async () => {
    const theirs = recording.sent("ip -6 route show table all", RTM_GETROUTE)[0];
    expectSame(await askedBy((socket) => dumpRoutes(socket, 6)), theirs, ROUTE);
  });

  it("ip route show proto 186", async () => {
    const theirs = recording.sent("ip route show table all proto 186", RTM_GETROUTE)[0];
    expectSame(await askedBy((socket) => dumpRoutes(socket, 4, { protocol: 186 })), theirs, ROUTE, [
      [/^header\.family = /, "ip asks for both families"],
    ]);
  });
});

describe("routes, as the kernel lists them", () => {
  const STATIC = { linkIndex, protocol: 4, table: 254, type: 1, multipath: false };

  it("IPv4", async () => {
    const socket = new ReplaySocket(recording.received("ip route show table all", RTM_NEWROUTE));
    const found = (await dumpRoutes(socket, 4)).filter(({ protocol }) => protocol !== 2);
    expect(found.filter(({ destination }) => !destination.includes(":"))).toEqual([
      { ...STATIC, destination: "10.12.0.0/16", gateway: "10.7.0.1", table: 77 },
      { ...STATIC, destination: "10.12.0.0/16", gateway: "10.7.0.1", table: 1000 },
      { ...STATIC, destination: "0.0.0.0/0", gateway: "10.7.0.254" },
      { ...STATIC, ...ours, destination: "10.9.0.0/16", gateway: "10.7.0.3", source: "10.7.0.2" },
      { ...STATIC, destination: "10.10.0.0/16" },
      { ...STATIC, destination: "10.11.0.0/16", gateway: "192.0.2.1", onlink: true },
      { destination: "10.13.0.0/16", protocol: 4, table: 254, type: 1, multipath: true },
      { destination: "10.14.0.0/16", protocol: 4, table: 254, type: 6, multipath: false },
    ]);
  });

  it("IPv6, and those that the kernel itself made", async () => {
    const socket = new ReplaySocket(recording.received("ip -6 route show table all", RTM_NEWROUTE));
    expect(await dumpRoutes(socket, 6)).toEqual([
      { ...STATIC, destination: "fd07::/64", protocol: 2, metric: 256 },
      { ...STATIC, ...ours, destination: "fd09::/48", gateway: "fd07::4" },
      { ...STATIC, destination: "fd0a::/48", metric: 1024 },
      { ...STATIC, destination: "fe80::/64", linkIndex: 2, protocol: 2, metric: 256 },
      { ...STATIC, destination: "fe80::/64", protocol: 2, metric: 256 },
      { ...STATIC, destination: "::/0", gateway: "fd07::1", metric: 1024 },
      { ...STATIC, destination: "::1/128", linkIndex: 1, protocol: 2, metric: 0, table: 255, type: 2 },
      { ...STATIC, destination: "fd07::2/128", protocol: 2, metric: 0, table: 255, type: 2 },
      { ...STATIC, destination: "ff00::/8", linkIndex: 2, protocol: 2, metric: 256, table: 255, type: 5 },
      { ...STATIC, destination: "ff00::/8", protocol: 2, metric: 256, table: 255, type: 5 },
    ]);
  });
});
