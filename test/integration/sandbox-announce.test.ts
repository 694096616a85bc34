import type { JoinSpec, NetworkHandle } from "@cnm/core";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { enterFreshHost } from "../support/host.ts";
import { type Sniffed, Sniffer } from "../support/sniffer.ts";
import { World } from "../support/world.ts";

const ADVERTISEMENT = 136;

const host = enterFreshHost();
let world: World;
let web: NetworkHandle;
let sniffer: Sniffer;

/** A sibling on the same network listens. */
beforeEach(async () => {
  world = await World.open(host);
  web = await world.cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.1.0/24", "fd07:1::/64"] } });
  const sibling = await world.cnm.createSandbox({ name: "sibling" });
  await sibling.join(web, { options: { "com.docker.network.advertise_addr_nmsgs": "0" } });
  const filter = `arp or (icmp6 and ip6[40] == ${ADVERTISEMENT})`;
  sniffer = await Sniffer.start((await sibling.info()).namespace.path, "eth0", filter);
});
afterEach(async () => {
  await sniffer.close();
  await world.close();
});
afterAll(() => host.close());

async function join(name: string, spec: JoinSpec) {
  const box = await world.cnm.createSandbox({ name });
  const { macAddress, addresses } = await (await box.join(web, spec)).info();
  const [v4 = "", v6 = ""] = addresses.map(({ address }) => address.slice(0, address.indexOf("/")));
  const ip = (address: string) => address.replaceAll(".", "\\.");
  return {
    box,
    // Asked of everybody, for the own address: whoever knows it learns the new MAC address.
    arp: new RegExp(`${macAddress} > ff:ff:ff:ff:ff:ff.*ARP.*who-has ${ip(v4)} tell ${ip(v4)},`),
    // Told to all nodes, and overriding what they know.
    na: new RegExp(`${macAddress} > 33:33:00:00:00:01.*${v6} > ff02::1: ICMP6.*advertisement.*tgt is ${v6},`),
  };
}

const gaps = (packets: readonly Sniffed[]): readonly number[] =>
  packets.slice(1).map(({ at }, before) => (at - (packets[before]?.at ?? 0)) * 1000);

/** The kernel's clock and Node's timers differ by less than a millisecond or two. */
const NEARLY = 3;

it("tells neighbours of an address three times, a second apart", async () => {
  const one = await join("one", {});
  for (const kind of [one.arp, one.na]) {
    for (const gap of gaps(await sniffer.packets(kind, 3))) expect(gap).toBeGreaterThan(1_000 - NEARLY);
  }
});

it("as often, and as far apart, as asked", async () => {
  const one = await join("one", { announce: { count: 2, intervalMs: 150 } });
  for (const kind of [one.arp, one.na]) {
    for (const gap of gaps(await sniffer.packets(kind, 2))) expect(gap).toBeGreaterThan(150 - NEARLY);
  }
  // Begun after the last of those, and lasting longer than another one would have taken.
  const two = await join("two", {
    options: { "com.docker.network.advertise_addr_nmsgs": "3", "com.docker.network.advertise_addr_ms": "150" },
  });
  await sniffer.packets(two.arp, 3);
  await sniffer.packets(two.na, 3);
  expect([sniffer.seen(one.arp).length, sniffer.seen(one.na).length]).toEqual([2, 2]);
});

it("not at all, if told so; and not of what has left", async () => {
  const silent = await join("silent", { announce: { count: 0 } });
  const gone = await join("gone", { announce: { count: 3, intervalMs: 100 } });
  await sniffer.packets(gone.arp, 1);
  await gone.box.remove();
  const [arps, nas] = [sniffer.seen(gone.arp).length, sniffer.seen(gone.na).length];
  const last = await join("last", { announce: { count: 3, intervalMs: 150 } });
  await sniffer.packets(last.arp, 3);
  await sniffer.packets(last.na, 3);
  expect([...sniffer.seen(silent.arp), ...sniffer.seen(silent.na)]).toEqual([]);
  expect(sniffer.seen(gone.arp).length).toBeLessThan(3);
  expect([sniffer.seen(gone.arp).length - arps, sniffer.seen(gone.na).length - nas]).toEqual([0, 0]);
});

it.each([
  [{ count: 4 }, /advertise_addr_nmsgs.*from 0 to 3/],
  [{ intervalMs: 99 }, /advertise_addr_ms.*from 100 to 2000/],
])("refuses %j", async (announce, words) => {
  await expect(join("one", { announce })).rejects.toThrow(words);
});
