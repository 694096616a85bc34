import type { NetworkHandle, NetworkSpec, SandboxHandle } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../support/host.ts";
import { World } from "../support/world.ts";

const host = enterFreshHost();
const neighbour = host.makeNeighbour();
let world: World;

beforeEach(async () => {
  world = await World.open(host, { firewall: "none" });
});
afterEach(() => world.close());
afterAll(() => host.close());

/** On the LAN of the host and its neighbour. */
const LAN: NetworkSpec = {
  name: "lan",
  driver: "macvlan",
  options: { parent: "uplink" },
  ipam: {
    subnets: [
      { subnet: "192.0.2.0/24", ipRange: "192.0.2.64/26", gateway: "192.0.2.2" },
      { subnet: "2001:db8::/64", ipRange: "2001:db8::64:0/112", gateway: "2001:db8::2" },
    ],
  },
};

/** On a link that has nothing to do with the host's own LAN. */
const apart = (options: Readonly<Record<string, string>>, name = "lan") =>
  world.cnm.createNetwork({ ...LAN, name, options, ipam: { subnets: ["10.8.0.0/24", "fd08::/64"] } });

const lan = (options: Readonly<Record<string, string>> = {}, name = "lan") =>
  world.cnm.createNetwork({ ...LAN, name, options: { parent: "uplink", ...options } });

interface Member {
  readonly box: SandboxHandle;
  readonly inside: Namespace;
  readonly ipv4: string;
  readonly ipv6: string;
}

async function join(network: NetworkHandle, name: string): Promise<Member> {
  const box = await world.cnm.createSandbox({ name });
  const endpoint = await (await box.join(network)).info();
  const [ipv4 = "", ipv6 = ""] = endpoint.addresses.map(({ address }) => address.replace(/\/.*/, ""));
  const inside = await world.inside(box);
  await world.talk.serve(inside, 80);
  return { box, inside, ipv4, ipv6 };
}

const linkIn = (inside: Namespace, name = "eth0") => ipJson(["link", "show", name], inside)[0];
const linksOfHost = () => ipJson(["link"]).map(({ ifname }) => ifname);

describe("macvlan networks", () => {
  beforeAll(async () => {
    // Both families of the neighbour's server.
    run("ip", ["link", "set", "uplink", "up"], neighbour);
  });

  it("in bridge mode: on the LAN, and to each other, but not to the host", async () => {
    await world.talk.serve(neighbour, 80);
    const network = await lan();
    const [one, two] = [await join(network, "one"), await join(network, "two")];
    for (const [from, to] of [
      [one.inside, two.ipv4],
      [one.inside, two.ipv6],
      [one.inside, "192.0.2.2"],
      [one.inside, "2001:db8::2"],
      [neighbour, one.ipv4],
      [neighbour, one.ipv6],
    ] as const) {
      expect(await world.talk.ask(from, to, 80)).not.toBe("");
    }
    expect(await world.talk.ask(one.inside, two.ipv4, 80)).toBe(one.ipv4);
    expect(await world.talk.hears(host.namespace, one.ipv4, 80)).toBe(false);
    expect(ipJson(["route", "show", "default"], one.inside)).toMatchObject([{ gateway: "192.0.2.2", dev: "eth0" }]);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  for (const [mode, meets] of [
    ["bridge", true],
    ["private", false],
    ["vepa", false],
  ] as const) {
    it(`in ${mode} mode: as ip sees it, siblings ${meets ? "meet" : "do not meet"}`, async () => {
      const network = await lan({ macvlan_mode: mode });
      const [one, two] = [await join(network, "one"), await join(network, "two")];
      const { macAddress } = (await (await one.box.endpoints())[0]?.info()) ?? {};
      expect(linkIn(one.inside)).toMatchObject({
        address: macAddress,
        mtu: 1500,
        linkinfo: { info_kind: "macvlan", info_data: { mode } },
      });
      expect(await world.talk.hears(one.inside, two.ipv4, 80)).toBe(meets);
      expect(await world.talk.hears(neighbour, two.ipv6, 80)).toBe(true);
      expect(await world.cnm.doctor()).toEqual([]);
    });
  }

  it("in passthru mode: one endpoint, with the parent's MAC address", async () => {
    const network = await lan({ macvlan_mode: "passthru" });
    const { inside } = await join(network, "one");
    const [parent] = ipJson(["link", "show", "uplink"]);
    expect(linkIn(inside)).toMatchObject({
      address: parent?.["address"],
      linkinfo: { info_data: { mode: "passthru" } },
    });
    await expect(join(network, "two")).rejects.toThrow(
      /hands its parent on to one endpoint only .*and one has it: two cannot/,
    );
    await expect(apart({ parent: "uplink" }, "other")).rejects.toThrow(
      /network lan \(\w+\) is already using parent interface uplink/,
    );
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("takes a MAC address of the user's, and refuses one that is taken", async () => {
    const network = await lan();
    const one = await world.cnm.createSandbox({ name: "one" });
    await one.join(network, { mac: "02:00:00:00:aa:01" });
    expect(linkIn(await world.inside(one))).toMatchObject({ address: "02:00:00:00:aa:01" });
    const two = await world.cnm.createSandbox({ name: "two" });
    await expect(two.join(network, { mac: "02:00:00:00:aa:01" })).rejects.toThrow(
      /uplink, or another link on it, has the MAC address 02:00:00:00:aa:01/,
    );
    expect(await two.endpoints()).toEqual([]);
  });

  it("several on one parent, several subnets in one", async () => {
    const first = await lan();
    const second = await world.cnm.createNetwork({
      name: "second",
      driver: "macvlan",
      options: { parent: "uplink", "com.docker.network.driver.mtu": "1400" },
      ipam: {
        subnets: [
          { subnet: "10.8.0.0/24", gateway: "10.8.0.254" },
          { subnet: "10.9.0.0/24", gateway: "10.9.0.254" },
        ],
      },
    });
    const box = await world.cnm.createSandbox({ name: "one" });
    await box.join(first);
    await box.join(second, { addresses: ["10.9.0.7"], gatewayPriority: 1 });
    const inside = await world.inside(box);
    expect(linkIn(inside, "eth1")).toMatchObject({ mtu: 1400 });
    expect(ipJson(["route", "show", "default"], inside)).toMatchObject([{ gateway: "10.9.0.254", dev: "eth1" }]);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("with access for the host: both ways, both families", async () => {
    const network = await lan({ host_access: "true" });
    const [one] = [await join(network, "one"), await join(network, "two")];
    const { ipam } = await network.info();
    const [ipv4 = "", ipv6 = ""] = ipam.pools.flatMap(({ auxAddresses }) => Object.values(auxAddresses));
    expect(await world.talk.ask(host.namespace, one.ipv4, 80)).toBe(ipv4);
    expect(await world.talk.ask(host.namespace, one.ipv6, 80)).toBe(ipv6);
    await world.talk.serve(host.namespace, 8080);
    expect(await world.talk.ask(one.inside, ipv4, 8080)).toBe(one.ipv4);
    expect(await world.talk.ask(one.inside, ipv6, 8080)).toBe(one.ipv6);
    // Whom the host reaches by the parent, it still does.
    await world.talk.serve(neighbour, 8081);
    expect(await world.talk.ask(host.namespace, "192.0.2.2", 8081)).toBe("192.0.2.1");
    const routes = () => ipJson(["route"]).filter(({ dev }) => String(dev).startsWith("sh-"));
    expect(routes()).toHaveLength(2);
    expect(await world.cnm.doctor()).toEqual([]);
    await one.box.remove();
    expect(routes()).toHaveLength(1);
  });

  it("with access for the host at an address that the user chose", async () => {
    const auxAddresses = { HostAccessIPv4: "192.0.2.200" };
    const network = await world.cnm.createNetwork({
      ...LAN,
      options: { parent: "uplink", host_access: "true" },
      ipam: { subnets: [{ subnet: "192.0.2.0/24", ipRange: "192.0.2.64/26", auxAddresses }] },
    });
    const one = await join(network, "one");
    expect(await world.talk.ask(host.namespace, one.ipv4, 80)).toBe("192.0.2.200");
  });

  it("leave nothing behind, and the parent as it was", async () => {
    const before = [ipJson(["link"]), ipJson(["route"]), ipJson(["-6", "route"]), ipJson(["address"])].map(stable);
    const network = await lan({ host_access: "true" });
    const { box } = await join(network, "one");
    const endpoint = (await box.endpoints())[0];
    await endpoint?.leave();
    expect(ipJson(["link"], await world.inside(box)).map(({ ifname }) => ifname)).not.toContain("eth0");
    await box.remove();
    await network.remove();
    expect([ipJson(["link"]), ipJson(["route"]), ipJson(["-6", "route"]), ipJson(["address"])].map(stable)).toEqual(
      before,
    );
  });

  it("200 endpoints on one parent", async () => {
    const network = await world.cnm.createNetwork({ ...LAN, ipam: { subnets: ["10.20.0.0/16"] } });
    const boxes = await Promise.all(
      Array.from({ length: 200 }, (_, number) => world.cnm.createSandbox({ name: `box${number}` })),
    );
    await Promise.all(boxes.map((box) => box.join(network)));
    const last = await world.inside(boxes[199] ?? never());
    await world.talk.serve(last, 80);
    const [{ address = "" } = {}] = (await (await boxes[199]?.endpoints())?.[0]?.info())?.addresses ?? [];
    expect(await world.talk.ask(await world.inside(boxes[0] ?? never()), address.replace(/\/.*/, ""), 80)).not.toBe("");
    expect(await world.cnm.doctor()).toEqual([]);
  }, 120_000);
});

describe("macvlan networks that cannot be", () => {
  const refused: readonly (readonly [what: string, options: Readonly<Record<string, string>>, words: RegExp])[] = [
    ["a parent that is not there", { parent: "eth7" }, /option parent: there is no link eth7 on this host/],
    ["a VLAN of one that is not there", { parent: "eth7.10" }, /no link eth7\.10, nor eth7 to make VLAN 10 on/],
    ["VLAN 0", { parent: "uplink.0" }, /VLAN ids are from 1 to 4094, not 0/],
    ["VLAN 4095", { parent: "uplink.4095" }, /VLAN ids are from 1 to 4094, not 4095/],
    ["loopback", { parent: "lo" }, /option parent: lo, the loopback, carries no other links/],
    ["a mode that is none", { macvlan_mode: "l2" }, /"l2" is none of bridge, private, vepa, passthru/],
    [
      "a larger MTU than the parent's",
      { "com.docker.network.driver.mtu": "9000" },
      /9000 is more than the MTU of uplink, which is 1500/,
    ],
    ["an unknown option", { colour: "red" }, /option colour: the macvlan driver does not know it/],
  ];
  for (const [what, options, words] of refused) {
    it(what, async () => {
      await expect(lan(options)).rejects.toThrow(words);
      expect(await world.cnm.networks()).toEqual([]);
    });
  }

  it("a port of a bridge as parent", async () => {
    run("ip", ["link", "add", "br7", "type", "bridge"]);
    run("ip", ["link", "add", "port7", "master", "br7", "type", "veth"]);
    await expect(lan({ parent: "port7" })).rejects.toThrow(/port7 is a port of br7, .*: name br7/);
    run("ip", ["link", "del", "port7"]);
    run("ip", ["link", "del", "br7"]);
  });

  it("published ports", async () => {
    const box = await world.cnm.createSandbox({ name: "one" });
    const network = await lan();
    await expect(box.join(network, { ports: ["8080:80"] })).rejects.toThrow(
      /macvlan driver does not support port mappings/,
    );
  });
});

describe("a parent", () => {
  afterEach(() => {
    for (const name of ["trunk0", "trunk0.10"]) if (linksOfHost().includes(name)) run("ip", ["link", "del", name]);
  });
  const makeTrunk = (name = "trunk0"): void => {
    run("ip", ["link", "add", name, "up", "type", "veth", "peer", "name", `${name}p`]);
    run("ip", ["link", "set", `${name}p`, "up"]);
  };

  it("called like a VLAN, that was there, stays as it is", async () => {
    makeTrunk("trunk0.10");
    const before = stable(ipJson(["link", "show", "trunk0.10"]));
    const network = await apart({ parent: "trunk0.10" });
    const { box } = await join(network, "one");
    expect(await world.cnm.doctor()).toEqual([]);
    await box.remove();
    await network.remove();
    expect(stable(ipJson(["link", "show", "trunk0.10"]))).toEqual(before);
  });

  it("that is down: endpoints are made, and the doctor says why they are not heard", async () => {
    makeTrunk();
    run("ip", ["link", "set", "trunk0", "down"]);
    const network = await apart({ parent: "trunk0" });
    const { inside } = await join(network, "one");
    expect(linkIn(inside)).toMatchObject({ operstate: "DOWN", flags: expect.arrayContaining(["UP"]) });
    expect(await world.cnm.doctor()).toMatchObject([{ type: "hazard", object: "parent-down", key: "trunk0" }]);
    run("ip", ["link", "set", "trunk0", "up"]);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("that is deleted: the doctor names it and all on it, and a repair after its return mends them", async () => {
    makeTrunk();
    const network = await apart({ parent: "trunk0", host_access: "true" });
    const [one, two] = [await join(network, "one"), await join(network, "two")];
    run("ip", ["link", "del", "trunk0"]);
    const missing = (await world.cnm.doctor()).filter(({ type }) => type === "missing").map(({ message }) => message);
    expect(missing).toContain("parent trunk0 of the host is missing");
    for (const name of ["one", "two"]) {
      expect(
        missing.some(
          (message) => message.includes(`link eth0 in`) && message.includes(`endpoint ${name} on network lan`),
        ),
      ).toBe(true);
    }
    await expect(world.cnm.repair()).rejects.toThrow(/there is no link trunk0/);
    makeTrunk();
    await world.cnm.repair();
    expect(await world.cnm.doctor()).toEqual([]);
    expect(await world.talk.ask(one.inside, two.ipv4, 80)).toBe(one.ipv4);
    expect(await world.talk.ask(host.namespace, two.ipv6, 80)).not.toBe("");
  });

  it("whose MTU shrinks is told of", async () => {
    makeTrunk();
    const network = await apart({ parent: "trunk0", "com.docker.network.driver.mtu": "1500" });
    await join(network, "one");
    run("ip", ["link", "set", "trunk0", "mtu", "1300"]);
    const findings = await world.cnm.doctor();
    expect(findings).toContainEqual(expect.objectContaining({ type: "hazard", object: "parent-mtu", key: "trunk0" }));
    run("ip", ["link", "set", "trunk0", "mtu", "1500"]);
    await world.cnm.repair();
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("that somebody changes the mode on: drift, and mended in place", async () => {
    const network = await lan();
    const { inside } = await join(network, "one");
    const index = linkIn(inside)?.["ifindex"];
    run("ip", ["link", "set", "eth0", "type", "macvlan", "mode", "private"], inside);
    expect(await world.cnm.doctor()).toMatchObject([
      { type: "changed", message: expect.stringMatching(/mode is private, not bridge/) },
    ]);
    await world.cnm.repair();
    expect(linkIn(inside)).toMatchObject({ ifindex: index, linkinfo: { info_data: { mode: "bridge" } } });
  });
});

/** Without what changes by itself. */
function stable(rows: readonly Record<string, unknown>[]): readonly Record<string, unknown>[] {
  return rows.map(({ stats64: _, stats: __, promiscuity: ___, allmulti: ____, ...row }) => row);
}

function never(): never {
  throw new Error("there is no such sandbox");
}
