import { createController, memoryStore, type NetworkHandle, type SandboxHandle } from "@cnm/core";
import { linuxPlatform, type Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";
import { Sniffer } from "../../support/sniffer.ts";
import { World } from "../../support/world.ts";

/** Two hosts on one trunk. */
const host = enterFreshHost();
const away = host.makeNamespace("away");
let here: World;
let there: World;

beforeEach(async () => {
  run("ip", ["link", "add", "trunk", "type", "veth", "peer", "name", "trunk", "netns", away.path]);
  for (const namespace of [host.namespace, away]) run("ip", ["link", "set", "trunk", "up"], namespace);
  here = await World.open(host, { firewall: "none" });
  const platform = await linuxPlatform({ runDir: `${host.folder}/away`, netns: away.path, firewall: "none" });
  there = World.of(host, await createController({ platform, store: memoryStore() }));
});
afterEach(async () => {
  await here.close();
  await there.close();
  for (const { ifname } of ipJson(["link"])) if (ifname === "trunk") run("ip", ["link", "del", "trunk"]);
});
afterAll(() => host.close());

const SUBNET = { 10: "10.10.0.0/24", 20: "10.20.0.0/24" };

/** Each host chooses from its own part of the subnet. */
const lan = (world: World, vlan: 10 | 20, part: number): Promise<NetworkHandle> =>
  world.cnm.createNetwork({
    name: `vlan${vlan}`,
    driver: "macvlan",
    options: { parent: `trunk.${vlan}` },
    ipam: {
      subnets: [
        { subnet: SUBNET[vlan], ipRange: SUBNET[vlan].replace(".0/24", `.${part}/26`) },
        { subnet: `fd${vlan}::/64`, ipRange: `fd${vlan}::${part}:0/112` },
      ],
    },
  });

interface Member {
  readonly box: SandboxHandle;
  readonly inside: Namespace;
  readonly ipv4: string;
  readonly ipv6: string;
}

async function join(world: World, network: NetworkHandle, name: string): Promise<Member> {
  const box = await world.cnm.createSandbox({ name });
  const { addresses } = await (await box.join(network)).info();
  const [ipv4 = "", ipv6 = ""] = addresses.map(({ address }) => address.replace(/\/.*/, ""));
  const inside = await world.inside(box);
  await world.talk.serve(inside, 80);
  return { box, inside, ipv4, ipv6 };
}

describe("macvlan networks on VLANs of a trunk", () => {
  it("reach the same VLAN on the other host, tagged, and no other VLAN", async () => {
    const [a10, a20] = [
      await join(here, await lan(here, 10, 64), "a10"),
      await join(here, await lan(here, 20, 64), "a20"),
    ];
    const [b10, b20] = [
      await join(there, await lan(there, 10, 128), "b10"),
      await join(there, await lan(there, 20, 128), "b20"),
    ];
    for (const namespace of [host.namespace, away]) {
      for (const id of [10, 20]) {
        expect(ipJson(["link", "show", `trunk.${id}`], namespace)).toMatchObject([
          {
            link: "trunk",
            ifalias: "cnm:host",
            linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1Q", id } },
          },
        ]);
      }
    }
    await using wire = await Sniffer.start(away.path, "trunk", "");
    expect(await here.talk.ask(a10.inside, b10.ipv4, 80)).toBe(a10.ipv4);
    expect(await here.talk.ask(a20.inside, b20.ipv6, 80)).toBe(a20.ipv6);
    await wire.packets(/10\.10\.0\.\d+\.80 >/, 2);
    await wire.packets(/fd20::[0-9a-f:]+\.80 >/, 2);
    for (const { line } of wire.seen(/10\.10\.0\./)) expect(line).toMatch(/802\.1Q .*vlan 10,/);
    for (const { line } of wire.seen(/fd20::/)) expect(line).toMatch(/802\.1Q .*vlan 20,/);
    // With an address of the other VLAN's subnet, so that nothing but the tag keeps them apart.
    run("ip", ["address", "add", "10.20.0.250/24", "dev", "eth0"], a10.inside);
    expect(await here.talk.hears(a10.inside, b20.ipv4, 80)).toBe(false);
    expect(await here.talk.hears(a10.inside, a20.ipv4, 80)).toBe(false);
    for (const world of [here, there]) expect(await world.cnm.doctor()).toEqual([]);
  });

  it("a VLAN is made for the first network on it and goes with the last; one that was there stays", async () => {
    run("ip", ["link", "add", "link", "trunk", "name", "trunk.30", "type", "vlan", "id", "30"]);
    const named = (name: string) => ipJson(["link"]).filter(({ ifname }) => ifname === name);
    const make = (name: string, parent: string, subnet: string) =>
      here.cnm.createNetwork({ name, driver: "macvlan", options: { parent }, ipam: { subnets: [subnet] } });
    const [first, second] = [
      await make("first", "trunk.10", "10.1.0.0/24"),
      await make("second", "trunk.10", "10.2.0.0/24"),
    ];
    const third = await make("third", "trunk.30", "10.3.0.0/24");
    await first.remove();
    expect(named("trunk.10")).toHaveLength(1);
    await second.remove();
    expect(named("trunk.10")).toEqual([]);
    await third.remove();
    expect(named("trunk.30")).toMatchObject([{ flags: expect.not.arrayContaining(["UP"]) }]);
    expect(named("trunk.30")[0]).not.toHaveProperty("ifalias");
  });

  it("a VLAN that somebody deletes: named by the doctor, healed by a repair, with all on it", async () => {
    const network = await lan(here, 10, 64);
    const [one, two] = [await join(here, network, "one"), await join(here, network, "two")];
    run("ip", ["link", "del", "trunk.10"]);
    const missing = (await here.cnm.doctor()).map(({ type, key }) => `${type} ${key}`);
    expect(missing).toContain("missing link trunk.10");
    expect(missing.filter((line) => line.startsWith("missing link eth0 in"))).toHaveLength(2);
    await here.cnm.repair();
    expect(await here.cnm.doctor()).toEqual([]);
    expect(await here.talk.ask(one.inside, two.ipv4, 80)).toBe(one.ipv4);
  });

  it("the trunk itself deleted, and there again: healed as soon as the kernel tells", async () => {
    const network = await lan(here, 10, 64);
    const [one, two] = [await join(here, network, "one"), await join(here, network, "two")];
    run("ip", ["link", "del", "trunk"]);
    await expect(here.cnm.repair()).rejects.toThrow(/there is no link trunk on this host/);
    const back = new Promise<void>((resolve) => {
      here.cnm.on("drift", ({ detail }) => {
        if (detail.includes("link trunk.10")) resolve();
      });
    });
    run("ip", ["link", "add", "trunk", "type", "veth", "peer", "name", "trunk", "netns", away.path]);
    await back;
    for (const namespace of [host.namespace, away]) run("ip", ["link", "set", "trunk", "up"], namespace);
    await here.cnm.repair();
    expect(await here.talk.ask(one.inside, two.ipv6, 80)).toBe(one.ipv6);
  });

  it("a VLAN on a link that is down is refused, in words that say so", async () => {
    run("ip", ["link", "set", "trunk", "down"]);
    await expect(lan(here, 10, 64)).rejects.toThrow(/trunk is down, so VLAN trunk\.10 cannot be used: set it up first/);
    expect(ipJson(["link"]).map(({ ifname }) => ifname)).not.toContain("trunk.10");
  });

  it("a network without a parent has a dummy of its own, and no way out", async () => {
    const network = await here.cnm.createNetwork({
      name: "alone",
      driver: "macvlan",
      options: { host_access: "true" },
      ipam: { subnets: [{ subnet: "10.40.0.0/24", gateway: "10.40.0.1" }] },
    });
    const dummy = `dm-${network.id.slice(0, 12)}`;
    expect(ipJson(["link", "show", dummy])).toMatchObject([{ linkinfo: { info_kind: "dummy" } }]);
    const [one, two] = [await join(here, network, "one"), await join(here, network, "two")];
    expect(await here.talk.ask(one.inside, two.ipv4, 80)).toBe(one.ipv4);
    expect(await here.talk.hears(host.namespace, two.ipv4, 80)).toBe(true);
    expect(ipJson(["route", "show", "default"], one.inside)).toEqual([]);
    expect(await here.cnm.doctor()).toEqual([]);
    await one.box.remove();
    await two.box.remove();
    await network.remove();
    expect(ipJson(["link"]).map(({ ifname }) => ifname)).not.toContain(dummy);
  });
});
