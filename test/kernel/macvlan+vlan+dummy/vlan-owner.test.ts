import { createController, openStore } from "@cnm/core";
import { bindLibc, linuxPlatform, loadFfi, NETLINK_ROUTE } from "@cnm/linux";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openMonitor } from "../../../packages/linux/src/netlink/monitor.ts";
import { RTNLGRP_LINK } from "../../../packages/linux/src/route/constants.ts";
import { Children } from "../../support/children.ts";
import { enterFreshHost, ipJson, run } from "../../support/host.ts";
import { World } from "../../support/world.ts";

const host = enterFreshHost();
const programs = new Children("test/support/network-child.ts");
beforeAll(() => programs.prepare());
afterAll(async () => {
  await programs.end();
  host.close();
});

it("who made a VLAN is known after kill -9: ours goes with its network, that of others stays", async () => {
  run("ip", ["link", "add", "trunk", "up", "type", "dummy"]);
  run("ip", ["link", "add", "link", "trunk", "name", "trunk.30", "type", "vlan", "id", "30"]);
  const killed = await programs.start(host.runDir, host.stateDir);
  for (const vlan of [10, 30]) expect(await killed.ask(network(vlan))).toBe(`vlan${vlan}`);
  const appeared = linkAppears("trunk.20");
  void killed.ask(network(20)).catch(() => undefined);
  await appeared;
  await killed.kill();

  const world = await open();
  const names = (await world.cnm.networks()).map(({ name }) => name).sort();
  expect([
    ["vlan10", "vlan30"],
    ["vlan10", "vlan20", "vlan30"],
  ]).toContainEqual(names);
  expect(vlans()).toEqual(names.map((name) => name.replace("vlan", "trunk.")));
  expect(await world.cnm.doctor()).toEqual([]);
  await world.close();
  expect(vlans()).toEqual(["trunk.30"]);
});

const network = (vlan: number): string =>
  JSON.stringify({
    name: `vlan${vlan}`,
    driver: "macvlan",
    options: { parent: `trunk.${vlan}` },
    ipam: { subnets: [`10.${vlan}.0.0/24`] },
  });

async function open(): Promise<World> {
  const platform = await linuxPlatform({ runDir: host.runDir, firewall: "none" });
  return World.of(host, await createController({ platform, store: await openStore(host.stateDir) }));
}

const vlans = (): readonly string[] =>
  ipJson(["link"])
    .map(({ ifname }) => String(ifname))
    .filter((name) => name.startsWith("trunk."))
    .sort();

/** Resolves when the kernel tells of a link of this name. Listens from the moment of the call. */
function linkAppears(name: string): Promise<void> {
  const ffi = loadFfi();
  return new Promise((resolve, reject) => {
    const monitor = openMonitor(ffi, bindLibc(ffi), NETLINK_ROUTE, [RTNLGRP_LINK], {
      onMessage({ payload }) {
        if (!Buffer.from(payload).includes(`${name}\0`)) return;
        monitor[Symbol.dispose]();
        resolve();
      },
      onOverrun: () => reject(new Error("notifications were lost")),
    });
  });
}
