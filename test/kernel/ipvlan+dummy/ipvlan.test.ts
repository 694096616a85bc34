import type { NetworkHandle, NetworkSpec, SandboxHandle } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";
import { World } from "../../support/world.ts";

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
  driver: "ipvlan",
  ipam: {
    subnets: [
      { subnet: "192.0.2.0/24", ipRange: "192.0.2.64/26", gateway: "192.0.2.2" },
      { subnet: "2001:db8::/64", ipRange: "2001:db8::64:0/112", gateway: "2001:db8::2" },
    ],
  },
};
/** Behind the host, which routes to it. */
const ROUTED: NetworkSpec = { name: "routed", driver: "ipvlan", ipam: { subnets: ["10.8.0.0/24", "fd08::/64"] } };

const make = (spec: NetworkSpec, options: Readonly<Record<string, string>> = {}) =>
  world.cnm.createNetwork({ ...spec, options: { parent: "uplink", ...options } });

interface Member {
  readonly box: SandboxHandle;
  readonly inside: Namespace;
  readonly ipv4: string;
  readonly ipv6: string;
}

async function join(network: NetworkHandle, name: string): Promise<Member> {
  const box = await world.cnm.createSandbox({ name });
  const endpoint = await (await box.join(network)).info();
  expect(endpoint.macAddress).toBe("");
  const [ipv4 = "", ipv6 = ""] = endpoint.addresses.map(({ address }) => address.replace(/\/.*/, ""));
  const inside = await world.inside(box);
  await world.talk.serve(inside, 80);
  return { box, inside, ipv4, ipv6 };
}

const linkIn = (inside: Namespace) => ipJson(["link", "show", "eth0"], inside)[0];

describe("ipvlan networks", () => {
  it("in l2 mode: on the LAN with the parent's MAC address, and to each other", async () => {
    await world.talk.serve(neighbour, 80);
    const [one, two] = await pair(await make(LAN));
    const [parent] = ipJson(["link", "show", "uplink"]);
    expect(linkIn(one.inside)).toMatchObject({
      address: parent?.["address"],
      linkinfo: { info_kind: "ipvlan", info_data: { mode: "l2", bridge: true } },
    });
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
    expect(ipJson(["route", "show", "default"], one.inside)).toMatchObject([{ gateway: "192.0.2.2", dev: "eth0" }]);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  for (const mode of ["l2", "l3", "l3s"] as const) {
    for (const flag of ["bridge", "private", "vepa"] as const) {
      it(`${mode} with flag ${flag}: as ip sees it`, async () => {
        const [one, two] = await pair(await make(ROUTED, { ipvlan_mode: mode, ipvlan_flag: flag }));
        expect(linkIn(one.inside)).toMatchObject({
          linkinfo: { info_kind: "ipvlan", info_data: { mode, [flag]: true } },
        });
        expect(await world.talk.hears(one.inside, two.ipv4, 80)).toBe(flag === "bridge");
        expect(await world.talk.hears(one.inside, two.ipv6, 80)).toBe(flag === "bridge");
        const routed = mode !== "l2";
        for (const family of [[], ["-6"]]) {
          const routes = ipJson([...family, "route", "show", "default"], one.inside);
          if (!routed) expect(routes).toEqual([]);
          else {
            expect(routes).toMatchObject([{ dst: "default", dev: "eth0" }]);
            expect(routes[0]).not.toHaveProperty("gateway");
          }
        }
        expect(await world.cnm.doctor()).toEqual([]);
      });
    }
  }

  it("in l3 mode: neighbours reach it who route to the host", async () => {
    await world.talk.serve(neighbour, 80);
    const { inside, ipv4, ipv6 } = await join(await make(ROUTED, { ipvlan_mode: "l3" }), "one");
    expect(await world.talk.ask(neighbour, ipv4, 80)).not.toBe("");
    expect(await world.talk.ask(neighbour, ipv6, 80)).not.toBe("");
    expect(await world.talk.ask(inside, "192.0.2.2", 80)).toBe(ipv4);
  });

  it("one network a parent, no macvlan beside it, no MAC address of the user's, no ports", async () => {
    const network = await make(LAN);
    const other = { ...ROUTED, options: { parent: "uplink" } };
    await expect(world.cnm.createNetwork(other)).rejects.toThrow(
      /network lan \(\w+\) is already using parent interface uplink, which routed cannot share: a parent carries one ipvlan network/,
    );
    await expect(world.cnm.createNetwork({ ...other, driver: "macvlan" })).rejects.toThrow(
      /one link carries either macvlans or ipvlans/,
    );
    const box = await world.cnm.createSandbox({ name: "one" });
    await expect(box.join(network, { mac: "02:00:00:00:00:01" })).rejects.toThrow(
      /ipvlan interfaces do not support custom MAC addresses/,
    );
    await expect(box.join(network, { ports: ["8080:80"] })).rejects.toThrow(
      /ipvlan driver does not support port mappings/,
    );
  });

  it("without a parent: a dummy of its own", async () => {
    const network = await world.cnm.createNetwork({ ...ROUTED, options: {} });
    const [one, two] = await pair(network);
    expect(ipJson(["link", "show", `di-${network.id.slice(0, 12)}`])).toMatchObject([
      { linkinfo: { info_kind: "dummy" } },
    ]);
    expect(await world.talk.ask(one.inside, two.ipv4, 80)).toBe(one.ipv4);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("a mode that somebody changes is drift, and mended in place", async () => {
    const { inside } = await join(await make(ROUTED, { ipvlan_mode: "l3" }), "one");
    const index = linkIn(inside)?.["ifindex"];
    run("ip", ["link", "set", "eth0", "type", "ipvlan", "mode", "l2"], inside);
    expect(await world.cnm.doctor()).toMatchObject([
      { type: "changed", message: expect.stringMatching(/mode is l2, not l3/) },
    ]);
    await world.cnm.repair();
    expect(linkIn(inside)).toMatchObject({ ifindex: index, linkinfo: { info_data: { mode: "l3" } } });
    expect(await world.cnm.doctor()).toEqual([]);
  });
});

const pair = async (network: NetworkHandle): Promise<readonly [Member, Member]> => [
  await join(network, "one"),
  await join(network, "two"),
];
