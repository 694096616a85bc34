import { bindLibc, loadFfi } from "@cnm/linux";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { NETLINK_ROUTE } from "../../packages/linux/src/netlink/constants.ts";
import type { Request } from "../../packages/linux/src/netlink/message.ts";
import { openNetlinkSocket } from "../../packages/linux/src/netlink/socket.ts";
import { addAddress, deleteAddress, dumpAddresses } from "../../packages/linux/src/route/address/address.ts";
import { createLink } from "../../packages/linux/src/route/link/create-link.ts";
import { deleteLink, deleteLinkGroup } from "../../packages/linux/src/route/link/delete-link.ts";
import { dumpLinks, getLink } from "../../packages/linux/src/route/link/get-link.ts";
import { setLink } from "../../packages/linux/src/route/link/set-link.ts";
import {
  addFdbEntry,
  deleteFdbEntry,
  deleteNeighbour,
  dumpFdb,
  dumpNeighbours,
  setNeighbour,
} from "../../packages/linux/src/route/neighbour/neighbour.ts";
import { addRoute, deleteRoute, dumpRoutes, replaceRoute } from "../../packages/linux/src/route/route/route.ts";
import { addRule, deleteRule, dumpRules } from "../../packages/linux/src/route/rule/rule.ts";
import { enterFreshHost, ipJson, run } from "../support/host.ts";

const host = enterFreshHost();
const other = host.makeNamespace("other");
const socket = openNetlinkSocket(bindLibc(loadFfi()), NETLINK_ROUTE);
afterAll(async () => {
  await socket.close();
  host.close();
});

/** Does them all; what the kernel refused is thrown. */
async function execute(...requests: readonly Request[]): Promise<void> {
  const refused = (await socket.execute(requests)).find((outcome) => outcome !== undefined);
  if (refused !== undefined) throw refused;
}

const bridgeJson = (...args: readonly string[]): readonly Record<string, unknown>[] =>
  JSON.parse(run("bridge", ["-j", "-d", ...args])) as readonly Record<string, unknown>[];
const ipLink = (name: string): Record<string, unknown> => ipJson(["link", "show", name])[0] ?? {};
const indexOf = (name: string): number => socket.interfaceIndex(name) ?? 0;
const links = (): readonly unknown[] => ipJson(["link", "show"]).map((link) => link["ifname"]);

/** Each test begins with a veth pair that is up, of which v0 has addresses of both families. */
beforeEach(() => {
  for (const name of links()) if (name !== "lo" && String(name) in LEFT === false) remove(String(name));
  run("ip", ["link", "add", "v0", "type", "veth", "peer", "name", "v1"]);
  for (const name of ["v0", "v1"]) run("ip", ["link", "set", name, "up"]);
  run("ip", ["address", "add", "10.7.0.2/24", "dev", "v0"]);
  run("ip", ["address", "add", "fd07::2/64", "dev", "v0", "nodad"]);
});

/** Links that the kernel puts into every namespace, if it has their modules. */
const LEFT = { sit0: true, ip6tnl0: true, tunl0: true, gre0: true, gretap0: true, erspan0: true, ip6gre0: true };

function remove(name: string): void {
  // The other end of a pair has gone with the first.
  if (socket.interfaceIndex(name) !== undefined) run("ip", ["link", "delete", name]);
}

describe("links", () => {
  it("bridge", async () => {
    const values = { IFLA_BR_FORWARD_DELAY: 0, IFLA_BR_MCAST_SNOOPING: 0, IFLA_BR_GROUP_FWD_MASK: 8 };
    await execute(
      createLink({ kind: "bridge", name: "br0", mac: "02:00:00:00:00:10", mtu: 1400, up: true, bridge: values }),
    );
    expect(ipLink("br0")).toMatchObject({
      address: "02:00:00:00:00:10",
      mtu: 1400,
      flags: expect.arrayContaining(["UP"]),
      linkinfo: { info_kind: "bridge", info_data: { forward_delay: 0, mcast_snooping: 0, group_fwd_mask: "0x8" } },
    });
    expect(await getLink(socket, "br0")).toMatchObject({ kind: "bridge", mtu: 1400, up: true, data: values });
  });

  it("veth, with its other end in another namespace", async () => {
    const peer = { name: "v9", mac: "02:00:00:00:00:09", mtu: 1300, namespaceFd: other.fd };
    await execute(createLink({ kind: "veth", name: "v8", mac: "02:00:00:00:00:08", mtu: 1400, peer }));
    expect(ipLink("v8")).toMatchObject({ address: "02:00:00:00:00:08", mtu: 1400, linkinfo: { info_kind: "veth" } });
    expect(ipJson(["link", "show", "v9"], other)).toMatchObject([{ address: "02:00:00:00:00:09", mtu: 1300 }]);
    expect(await getLink(socket, "v8")).toMatchObject({ kind: "veth", linkNamespaceId: expect.any(Number) });
  });

  it("vxlan of both families", async () => {
    await execute(
      createLink({
        kind: "vxlan",
        name: "vx0",
        vxlan: { vni: 42, local: "192.0.2.1", port: 4789, learning: false, proxy: true, l2miss: true, l3miss: true },
      }),
      createLink({
        kind: "vxlan",
        name: "vx6",
        vxlan: { vni: 43, local: "2001:db8::1", port: 4790, learning: true, proxy: false },
      }),
    );
    expect(ipLink("vx0")).toMatchObject({
      linkinfo: {
        info_kind: "vxlan",
        info_data: { id: 42, local: "192.0.2.1", port: 4789, learning: false, proxy: true, l2miss: true, l3miss: true },
      },
    });
    expect(ipLink("vx6")).toMatchObject({
      linkinfo: { info_data: { id: 43, local6: "2001:db8::1", port: 4790, learning: true } },
    });
    expect((await getLink(socket, "vx0")).data).toMatchObject({ IFLA_VXLAN_ID: 42, IFLA_VXLAN_LOCAL: "192.0.2.1" });
  });

  it("macvlan", async () => {
    await execute(createLink({ kind: "macvlan", name: "mv0", parentIndex: indexOf("v0"), mode: "bridge" }));
    expect(ipLink("mv0")).toMatchObject({
      link: "v0",
      linkinfo: { info_kind: "macvlan", info_data: { mode: "bridge" } },
    });
    expect(await getLink(socket, "mv0")).toMatchObject({ linkIndex: indexOf("v0"), data: { IFLA_MACVLAN_MODE: 4 } });
  });

  // Kernels that lack a kind say so; those that have it, make it.
  it.each([
    { kind: "ipvlan", parent: true, mode: "l3", info: { mode: "l3" } },
    { kind: "vlan", parent: true, vlanId: 7, info: { id: 7, protocol: "802.1Q" } },
    { kind: "dummy", parent: false, info: undefined },
  ] as const)("$kind, or the kernel's word that it has none", async ({ parent, info, ...kind }) => {
    const base = { name: "x0", ...(parent ? { parentIndex: indexOf("v0") } : {}) };
    const [refused] = await socket.execute([createLink({ ...base, ...kind })]);
    if (refused !== undefined) {
      expect(refused).toMatchObject({ code: "EOPNOTSUPP", kernelMessage: "Unknown device type" });
      expect(() => run("ip", ["link", "add", "x0", ...(parent ? ["link", "v0"] : []), "type", kind.kind])).toThrow(
        "Unknown device type",
      );
      return;
    }
    expect(ipLink("x0")).toMatchObject({ linkinfo: { info_kind: kind.kind, ...(info ? { info_data: info } : {}) } });
  });

  it("are changed all at once, and listed", async () => {
    await execute(
      createLink({ kind: "bridge", name: "br0" }),
      setLink("v0", { up: false, mtu: 1280, mac: "02:00:00:00:00:07", alias: "the first", masterIndex: 0 }),
    );
    await execute(setLink("v1", { masterIndex: indexOf("br0") }));
    expect(ipLink("v0")).toMatchObject({ mtu: 1280, address: "02:00:00:00:00:07", ifalias: "the first" });
    expect(ipLink("v0")["flags"]).not.toContain("UP");
    expect(ipLink("v1")).toMatchObject({ master: "br0" });
    const found = await dumpLinks(socket, { statistics: true });
    expect(found.map(({ name }) => name)).toEqual(links());
    expect(found.find(({ name }) => name === "v0")).toMatchObject({
      up: false,
      mtu: 1280,
      mac: "02:00:00:00:00:07",
      alias: "the first",
      statistics: { rxErrors: 0 },
    });
    await execute(setLink("v1", { masterIndex: 0 }));
    expect(ipLink("v1")["master"]).toBeUndefined();
  });

  it("whether IPv6 makes an address", async () => {
    for (const linkLocal of [false, true]) {
      await execute(setLink("v0", { linkLocal }));
      expect(ipLink("v0")).toMatchObject({ inet6_addr_gen_mode: linkLocal ? "eui64" : "none" });
      expect(await getLink(socket, "v0")).toMatchObject({ linkLocal });
    }
  });

  it("flags of a bridge port", async () => {
    const port = () => bridgeJson("link", "show").find(({ ifname }) => ifname === "v1");
    await execute(createLink({ kind: "bridge", name: "br0" }));
    await execute(setLink("v1", { masterIndex: indexOf("br0") }));
    await execute(setLink("v1", { port: { hairpin: true, isolated: true } }));
    expect(port()).toMatchObject({ hairpin: true, isolated: true });
    expect((await getLink(socket, "v1")).port).toEqual({ hairpin: true, isolated: true, router: false });
    await execute(setLink("v1", { port: { hairpin: false, isolated: true } }));
    expect(port()).toMatchObject({ hairpin: false, isolated: true });
    for (const router of [true, false]) {
      await execute(setLink("v1", { port: { hairpin: false, isolated: false, router } }));
      expect(port()).toMatchObject({ hairpin: false, isolated: false, mcast_router: router ? 2 : 1 });
      expect((await getLink(socket, "v1")).port).toEqual({ hairpin: false, isolated: false, router });
    }
  });

  it("are deleted by name and by group", async () => {
    await execute(
      createLink({ kind: "bridge", name: "br0" }),
      createLink({ kind: "bridge", name: "br1" }),
      createLink({ kind: "bridge", name: "br2" }),
    );
    await execute(setLink("br1", { group: 7 }), setLink("br2", { group: 7 }));
    await execute(deleteLink("br0"));
    expect(links()).not.toContain("br0");
    await execute(deleteLinkGroup(7));
    expect(links()).toEqual(expect.arrayContaining(["lo", "v0", "v1"]));
    expect(links().filter((name) => String(name).startsWith("br"))).toEqual([]);
  });

  it("have counters", async () => {
    run("ping", ["-c", "1", "-W", "1", "127.0.0.1"]);
    const found = (await dumpLinks(socket, { statistics: true })).find(({ name }) => name === "lo");
    const [row] = ipJson(["-s", "link", "show", "lo"]);
    expect(row).toMatchObject({
      stats64: {
        rx: { bytes: found?.statistics?.rxBytes, packets: found?.statistics?.rxPackets },
        tx: { bytes: found?.statistics?.txBytes, packets: found?.statistics?.txPackets },
      },
    });
    expect(found?.statistics?.rxPackets).toBeGreaterThan(0);
  });
});

describe("addresses", () => {
  const shown = (): readonly Record<string, unknown>[] => {
    const [row] = ipJson(["address", "show", "dev", "v1"]);
    return row?.["addr_info"] as readonly Record<string, unknown>[];
  };

  it("are added, listed and deleted", async () => {
    const linkIndex = indexOf("v1");
    await execute(
      addAddress({ linkIndex, address: "10.8.0.1/24", protocol: 186 }),
      addAddress({ linkIndex, address: "10.9.0.1/31" }),
      addAddress({ linkIndex, address: "fd08::1/64", nodad: true }),
    );
    expect(shown()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ local: "10.8.0.1", prefixlen: 24, broadcast: "10.8.0.255" }),
        expect.not.objectContaining({ local: "10.9.0.1", broadcast: expect.anything() }),
        expect.objectContaining({ local: "fd08::1", prefixlen: 64, nodad: true }),
      ]),
    );
    const found = (await dumpAddresses(socket)).filter((one) => one.linkIndex === linkIndex);
    expect(found).toContainEqual({ linkIndex, address: "10.8.0.1/24", scope: 0, flags: 0x80, protocol: 186 });
    expect(found).toContainEqual({ linkIndex, address: "fd08::1/64", scope: 0, flags: 0x82 });

    await execute(
      deleteAddress({ linkIndex, address: "10.8.0.1/24" }),
      deleteAddress({ linkIndex, address: "fd08::1/64" }),
    );
    expect(shown().map(({ local }) => local)).toEqual(expect.not.arrayContaining(["10.8.0.1", "fd08::1"]));
  });
});

describe.each([
  { family: 4, net: "10.9.0.0/16", gateway: "10.7.0.1", second: "10.7.0.9", far: "192.0.2.1", any: "0.0.0.0/0" },
  { family: 6, net: "fd09::/48", gateway: "fd07::1", second: "fd07::9", far: "2001:db8::1", any: "::/0" },
] as const)("routes, IPv$family", ({ family, net, gateway, second, far, any }) => {
  const shown = (...args: readonly string[]) => ipJson([`-${family}`, "route", "show", ...args]);

  it("are added, replaced, listed and deleted", async () => {
    const linkIndex = indexOf("v0");
    const route = { destination: net, gateway, linkIndex, metric: 7, protocol: 186 };
    await execute(addRoute(route), addRoute({ destination: any, gateway, linkIndex }));
    // Number 186 has this name in ip.
    expect(shown(net)).toMatchObject([{ dst: net, gateway, dev: "v0", protocol: "bgp", metric: 7 }]);
    expect(shown("default")).toMatchObject([{ dst: "default", gateway, protocol: "static" }]);

    await execute(replaceRoute({ ...route, gateway: second }));
    expect(shown(net)).toMatchObject([{ dst: net, gateway: second }]);
    const [found, ...more] = await dumpRoutes(socket, family, { protocol: 186 });
    expect(found).toEqual({ ...route, gateway: second, table: 254, type: 1, multipath: false });
    expect(more).toEqual([]);

    await execute(deleteRoute({ ...route, gateway: second }), deleteRoute({ destination: any, gateway, linkIndex }));
    expect(shown(net)).toEqual([]);
  });

  it("of other tables, and to gateways of which no address tells", async () => {
    const linkIndex = indexOf("v0");
    const route = { destination: net, gateway: far, linkIndex, table: 1000, protocol: 186, onlink: true };
    await execute(addRoute(route));
    expect(shown("table", "1000")).toMatchObject([{ dst: net, gateway: far, dev: "v0", flags: ["onlink"] }]);
    expect(await dumpRoutes(socket, family, { protocol: 186 })).toMatchObject([route]);
    await execute(deleteRoute(route));
    expect(await dumpRoutes(socket, family, { protocol: 186 })).toEqual([]);
  });
});

describe.each([
  { family: 4, source: "10.7.0.0/24", destination: "10.9.0.0/16" },
  { family: 6, source: "fd07::/64", destination: "fd09::/48" },
] as const)("rules, IPv$family", ({ family, source, destination }) => {
  const shown = () => ipJson([`-${family}`, "rule", "show"]);

  it("are added, listed and deleted", async () => {
    const rules = [
      { family, priority: 100, table: 77, source, destination },
      { family, priority: 101, table: 1000, mark: { value: 0x10, mask: 0xff }, incoming: "v0" },
    ];
    await execute(...rules.map(addRule));
    const [address = "", length = ""] = source.split("/");
    expect(shown()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ priority: 100, src: address, srclen: Number(length), table: "77" }),
        expect.objectContaining({ priority: 101, fwmark: "0x10", fwmask: "0xff", iif: "v0", table: "1000" }),
      ]),
    );
    const found = await dumpRules(socket, family);
    for (const rule of rules) expect(found).toContainEqual(rule);
    expect(found.length).toBe(shown().length);
    await execute(...rules.map(deleteRule));
    expect(shown().filter(({ priority }) => priority === 100 || priority === 101)).toEqual([]);
  });
});

describe("neighbours and forwarding databases", () => {
  const mac = "02:00:00:00:00:03";

  it.each(["10.7.0.3", "fd07::3"])("neighbour %s is set, listed and deleted", async (address) => {
    const neighbour = { linkIndex: indexOf("v0"), address, mac };
    const shown = () => ipJson(["neighbour", "show", "dev", "v0"]).filter(({ dst }) => dst === address);
    await execute(setNeighbour({ ...neighbour, mac: "02:00:00:00:00:04" }), setNeighbour(neighbour));
    expect(shown()).toMatchObject([{ dst: address, lladdr: mac, state: ["PERMANENT"] }]);
    expect(await dumpNeighbours(socket)).toContainEqual({ ...neighbour, permanent: true });
    await execute(deleteNeighbour(neighbour));
    expect(shown()).toEqual([]);
  });

  it("FDB entries: one VTEP a machine, several for what is known of no machine", async () => {
    const vxlan = { vni: 42, port: 4789, learning: false, proxy: false };
    await execute(createLink({ kind: "vxlan", name: "vx0", up: true, vxlan }));
    const linkIndex = indexOf("vx0");
    const unknown = "00:00:00:00:00:00";
    const shown = (of: string) =>
      bridgeJson("fdb", "show", "dev", "vx0").flatMap((row) =>
        row["mac"] === of ? [`${row["dst"]} ${row["state"]}`] : [],
      );
    await execute(
      addFdbEntry({ linkIndex, mac, destination: "192.0.2.2" }),
      addFdbEntry({ linkIndex, mac, destination: "192.0.2.3" }),
      addFdbEntry({ linkIndex, mac: unknown, destination: "192.0.2.2" }),
      addFdbEntry({ linkIndex, mac: unknown, destination: "192.0.2.3" }),
      addFdbEntry({ linkIndex, mac: unknown, destination: "192.0.2.3" }),
    );
    expect(shown(mac)).toEqual(["192.0.2.3 permanent"]);
    expect(shown(unknown)).toEqual(["192.0.2.2 permanent", "192.0.2.3 permanent"]);
    const found = await dumpFdb(socket);
    expect(found).toContainEqual({ linkIndex, mac, destination: "192.0.2.3" });
    expect(found).toContainEqual({ linkIndex, mac: unknown, destination: "192.0.2.2" });
    await execute(
      deleteFdbEntry({ linkIndex, mac, destination: "192.0.2.3" }),
      deleteFdbEntry({ linkIndex, mac: unknown, destination: "192.0.2.2" }),
    );
    expect(shown(mac)).toEqual([]);
    expect(shown(unknown)).toEqual(["192.0.2.3 permanent"]);
  });
});

describe("what the kernel refuses", () => {
  const refusal = async (request: Request) => (await socket.execute([request]))[0];

  it("comes with its own words", async () => {
    const linkIndex = indexOf("v0");
    expect(() => run("ip", ["route", "add", "10.9.0.0/16", "via", "203.0.113.1", "dev", "v0"])).toThrow(
      "Nexthop has invalid gateway",
    );
    expect(await refusal(addRoute({ destination: "10.9.0.0/16", gateway: "203.0.113.1", linkIndex }))).toMatchObject({
      code: "ENETUNREACH",
      kernelMessage: "Nexthop has invalid gateway",
      message: expect.stringMatching(/ENETUNREACH \(kernel: "Nexthop has invalid gateway"\)$/),
    });
  });

  it("comes without words where older kernels have none", async () => {
    const words = /^Error: (.*)\.$/m.exec(outputOf("ip", ["address", "add", "10.7.0.2/24", "dev", "v0"]))?.[1];
    const message = `add address 10.7.0.2/24: EEXIST${words === undefined ? "" : ` (kernel: "${words}")`}`;
    expect(await refusal(addAddress({ linkIndex: indexOf("v0"), address: "10.7.0.2/24" }))).toMatchObject({
      code: "EEXIST",
      kernelMessage: words,
      message,
    });
  });

  it("has the code that the request's description promises", async () => {
    const linkIndex = indexOf("v0");
    expect(await refusal(createLink({ kind: "bridge", name: "v0" }))).toMatchObject({ code: "EEXIST" });
    expect(await refusal(deleteLink("absent"))).toMatchObject({ code: "ENODEV" });
    expect(await refusal(deleteLinkGroup(99))).toMatchObject({ code: "ENODEV" });
    await expect(getLink(socket, "absent")).rejects.toMatchObject({ code: "ENODEV" });
    expect(await refusal(deleteAddress({ linkIndex, address: "10.99.0.1/24" }))).toMatchObject({
      code: "EADDRNOTAVAIL",
    });
    expect(await refusal(deleteRoute({ destination: "10.99.0.0/16", linkIndex }))).toMatchObject({ code: "ESRCH" });
    const route = { destination: "10.9.0.0/16", gateway: "10.7.0.1", linkIndex };
    await execute(addRoute(route));
    expect(await refusal(addRoute(route))).toMatchObject({ code: "EEXIST" });
  });

  it("does not keep what stands behind it from being done", async () => {
    const linkIndex = indexOf("v0");
    const outcomes = await socket.execute([
      addAddress({ linkIndex, address: "10.9.0.1/24" }),
      addAddress({ linkIndex: 999, address: "10.9.0.2/24" }),
      addAddress({ linkIndex, address: "10.9.0.3/24" }),
    ]);
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([undefined, "ENODEV", undefined]);
  });
});

/** What a program says that fails. */
function outputOf(program: string, args: readonly string[]): string {
  try {
    run(program, args);
  } catch (error) {
    return String(error);
  }
  throw new Error(`${program} ${args.join(" ")} does not fail`);
}
