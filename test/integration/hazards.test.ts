import { createController, type Finding, memoryStore, type NetworkHandle } from "@cnm/core";
import { type LinuxPlatformOptions, linuxPlatform } from "@cnm/linux";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { enterFreshHost, run } from "../support/host.ts";
import { World } from "../support/world.ts";

const host = enterFreshHost();
host.makeNeighbour();
let world: World;
const undo: (() => void)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) step();
  await world.close();
});
afterAll(() => host.close());

async function open(options: LinuxPlatformOptions = {}): Promise<void> {
  world = await World.open(host, { firewall: "nftables", ...options });
}

const network = (name: string, at: number, options: Record<string, string> = {}): Promise<NetworkHandle> =>
  world.cnm.createNetwork({ name, options, ipam: { subnets: [`10.7.${at}.0/24`, `fd07:${at}::/64`] } });

async function joined(...networks: readonly NetworkHandle[]): Promise<void> {
  const box = await world.cnm.createSandbox({ name: "one" });
  for (const one of networks) await box.join(one);
}

async function hazards(): Promise<readonly Pick<Finding, "object" | "key">[]> {
  const found = (await world.cnm.doctor()).filter(({ type }) => type === "hazard");
  for (const { message, cause, repairable } of found) {
    expect(repairable).toBe(false);
    expect(message.length, "says what is wrong with what").toBeGreaterThan(30);
    expect(cause?.length, "says why, and what to do").toBeGreaterThan(30);
  }
  return found.map(({ object, key }) => ({ object, key }));
}

/** Sets it for one test. */
function sysctl(name: string, value: string): void {
  const before = run("sysctl", ["-n", name]).trim();
  run("sysctl", ["-qw", `${name}=${value}`]);
  undo.push(() => run("sysctl", ["-qw", `${name}=${before}`]));
}

const bridgeOf = ({ id }: NetworkHandle): string => `br-${id.slice(0, 12)}`;

describe("a host that is well", () => {
  it.each(["nftables", "iptables"] as const)("has no hazards, with %s", async (firewall) => {
    await open({ firewall });
    await joined(await network("web", 1), await network("db", 2));
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("has none without networks, whatever others do", async () => {
    run("nft", ["add", "table", "ip", "other"]);
    undo.push(() => run("nft", ["delete", "table", "ip", "other"]));
    run("nft", ["add chain ip other fw { type filter hook forward priority 0; policy drop; }"]);
    await open();
    expect(await world.cnm.doctor()).toEqual([]);
  });
});

describe("another firewall that drops what is forwarded", () => {
  const foreignDrop = (): void => {
    run("nft", ["add", "table", "ip", "other"]);
    undo.push(() => run("nft", ["delete", "table", "ip", "other"]));
    run("nft", ["add chain ip other fw { type filter hook forward priority 0; policy drop; }"]);
  };

  it("is found in nf_tables", async () => {
    sysctl("net.bridge.bridge-nf-call-iptables", "0");
    await open();
    await network("web", 1);
    foreignDrop();
    expect(await hazards()).toEqual([{ object: "forward-policy-drop", key: "ip other fw" }]);
  });

  it("is found twice where bridged packets pass it, too", async () => {
    sysctl("net.bridge.bridge-nf-call-iptables", "1");
    await open();
    await network("web", 1);
    foreignDrop();
    expect(await hazards()).toEqual([
      { object: "forward-policy-drop", key: "ip other fw" },
      { object: "bridged-traffic-filtered", key: "net/bridge/bridge-nf-call-iptables ip other fw" },
    ]);
  });

  it("is found in legacy iptables", async () => {
    sysctl("net.bridge.bridge-nf-call-ip6tables", "0");
    await open();
    await network("web", 1);
    run("ip6tables-legacy", ["-P", "FORWARD", "DROP"]);
    undo.push(() => run("ip6tables-legacy", ["-P", "FORWARD", "ACCEPT"]));
    expect(await hazards()).toEqual([{ object: "forward-policy-drop", key: "legacy ip6 filter FORWARD" }]);
  });

  it("is none in the chain that has our own rules, nor one of bridged frames or other hooks", async () => {
    await open({ firewall: "iptables" });
    await network("web", 1);
    run("iptables", ["-P", "FORWARD", "DROP"]);
    undo.push(() => run("iptables", ["-P", "FORWARD", "ACCEPT"]));
    run("nft", ["add", "table", "bridge", "other"]);
    undo.push(() => run("nft", ["delete", "table", "bridge", "other"]));
    run("nft", ["add chain bridge other fw { type filter hook forward priority 0; policy drop; }"]);
    run("nft", ["add", "table", "ip", "other"]);
    undo.push(() => run("nft", ["delete", "table", "ip", "other"]));
    run("nft", ["add chain ip other in { type filter hook input priority 0; policy drop; }"]);
    expect(await hazards()).toEqual([]);
  });
});

describe("forwarding switched off", () => {
  it("is found where cnm was told not to touch it, for each family", async () => {
    sysctl("net.ipv4.ip_forward", "0");
    sysctl("net.ipv6.conf.all.forwarding", "0");
    await open({ bridge: { ipForward: false } });
    await joined(await network("web", 1));
    expect(await hazards()).toEqual([
      { object: "forwarding-off", key: "net/ipv4/ip_forward" },
      { object: "forwarding-off", key: "net/ipv6/conf/all/forwarding" },
    ]);
    run("sysctl", ["-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]);
    expect(await hazards()).toEqual([]);
  });
});

describe("strict reverse path filtering", () => {
  it("is found on bridges that share a sandbox, and harmless on one alone", async () => {
    await open();
    const [web, db, alone] = [await network("web", 1), await network("db", 2), await network("alone", 3)];
    await joined(web, db);
    await (await world.cnm.createSandbox({ name: "two" })).join(alone);
    sysctl("net.ipv4.conf.all.rp_filter", "1");
    expect(await hazards()).toEqual(
      [web, db].map((one) => ({ object: "strict-reverse-path", key: `net/ipv4/conf/${bridgeOf(one)}/rp_filter` })),
    );
    run("sysctl", ["-qw", "net.ipv4.conf.all.rp_filter=0", `net.ipv4.conf.${bridgeOf(db)}.rp_filter=2`]);
    expect(await hazards()).toEqual([]);
  });

  it("is found on a bridge without an address", async () => {
    await open();
    const web = await network("web", 1, { "com.docker.network.bridge.inhibit_ipv4": "true" });
    await joined(web);
    sysctl(`net.ipv4.conf.${bridgeOf(web)}.rp_filter`, "1");
    expect(await hazards()).toEqual([
      { object: "strict-reverse-path", key: `net/ipv4/conf/${bridgeOf(web)}/rp_filter` },
    ]);
  });
});

describe("ports on loopback", () => {
  it("are found to lead nowhere where their bridge takes nothing from there", async () => {
    await open();
    await world.cnm.close();
    const platform = await linuxPlatform({ runDir: host.runDir, firewall: "nftables" });
    const setting = /^sysctl net\/ipv4\/conf\/br-.*\/route_localnet$/;
    let planned = false;
    // The bridge driver always plans the setting; the look at the host does not rely on it.
    const diagnose: typeof platform.diagnose = (wanted) =>
      platform.diagnose(planned ? wanted : wanted.filter(({ key }) => !setting.test(key)));
    world = World.of(host, await createController({ platform: { ...platform, diagnose }, store: memoryStore() }));
    const web = await network("web", 1);
    const box = await world.cnm.createSandbox({ name: "one" });
    await box.join(web, { ports: ["127.0.0.1:8080:80"] });
    expect(await hazards()).toEqual([]);
    run("sysctl", ["-qw", `net.ipv4.conf.${bridgeOf(web)}.route_localnet=0`]);
    expect(await hazards()).toEqual([{ object: "loopback-unroutable", key: "127.0.0.1:8080/tcp" }]);
    planned = true;
    expect(await hazards(), "a planned setting is found as a difference").toEqual([]);
    expect((await world.cnm.repair()).findings.map(({ key }) => key)).toEqual([expect.stringMatching(setting)]);
  });
});

describe("the way out", () => {
  it("is found to be narrower than a bridge", async () => {
    await open({ bridge: { mtu: 1500 } });
    const web = await network("web", 1);
    run("ip", ["link", "set", "uplink", "mtu", "1400"]);
    undo.push(() => run("ip", ["link", "set", "uplink", "mtu", "1500"]));
    expect(await hazards(), "nothing on it leads out").toEqual([]);
    await joined(web);
    expect(await hazards()).toEqual([{ object: "mtu-too-large", key: bridgeOf(web) }]);
  });

  it.each([
    ["route", ["-6", "route", "add", "default", "via", "2001:db8::3", "dev", "uplink", "metric", "99", "proto", "ra"]],
    [
      "address",
      ["address", "add", "2001:db8::77/64", "dev", "uplink", "nodad", "valid_lft", "900", "preferred_lft", "9"],
    ],
  ])("is found to be learned (a %s) by a host that heeds no advertisements any more", async (what, args) => {
    await open();
    await joined(await network("web", 1));
    run("ip", args);
    const end = args.slice(0, args.indexOf("uplink") + 1).map((word) => (word === "add" ? "delete" : word));
    undo.push(() => run("ip", what === "route" ? [...end, "metric", "99"] : end));
    expect(await hazards()).toEqual([
      { object: "router-advertisements-ignored", key: "net/ipv6/conf/uplink/accept_ra" },
    ]);
    sysctl("net.ipv6.conf.uplink.accept_ra", "2");
    expect(await hazards()).toEqual([]);
  });
});
