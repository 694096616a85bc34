import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { EndpointHandle, JoinSpec, NetworkHandle, NetworkSpec, SandboxHandle, SandboxSpec } from "@cnm/core";
import type { LinuxPlatformOptions, Namespace } from "@cnm/linux";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";
import { kernelState } from "../support/kernel-state.ts";
import { World } from "../support/world.ts";

const HOST = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;
const BRIDGE = "com.docker.network.bridge";

const host = enterFreshHost();
const neighbour = host.makeNeighbour();
let world: World | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(() => {
  expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo", "uplink"]);
  host.close();
});

const open = async (options: LinuxPlatformOptions = {}): Promise<World> => {
  world = await World.open(host, options);
  return world;
};

type NetworkExtras = Omit<Partial<NetworkSpec>, "name">;

const network = (on: World, name: string, at: number, extras: NetworkExtras = {}): Promise<NetworkHandle> =>
  on.cnm.createNetwork({ name, ipam: { subnets: [`10.7.${at}.0/24`, `fd07:${at}::/64`] }, ...extras });

interface Box {
  readonly box: SandboxHandle;
  readonly inside: Namespace;
}

const sandbox = async (on: World, name: string, extras: Omit<SandboxSpec, "name"> = {}): Promise<Box> => {
  const box = await on.cnm.createSandbox({ name, ...extras });
  return { box, inside: await on.inside(box) };
};

const interfaceName = async (endpoint: EndpointHandle): Promise<string> => (await endpoint.info()).interfaceName;

const linkNames = (namespace?: Namespace): readonly unknown[] =>
  ipJson(["link"], namespace).map(({ ifname }) => ifname);

/** "via 10.7.1.1 dev eth0", as the kernel has it. */
const wayOut = (inside: Namespace, family: 4 | 6): readonly string[] =>
  ipJson([`-${family}`, "route", "show", "default"], inside).map(({ gateway, dev }) => `via ${gateway} dev ${dev}`);

/** Made of the MAC address. */
const KERNELS_OWN = /^fe80::.*ff:fe.*\/64$/;

/** "10.7.1.2/24", without what the kernel gives itself. */
const addresses = (inside: Namespace | undefined, link: string): readonly string[] =>
  ipJson(["address", "show", "dev", link], inside)
    .flatMap((row) => row["addr_info"] as readonly Record<string, unknown>[])
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .filter((address) => !KERNELS_OWN.test(address));

const sysctl = (name: string, namespace?: Namespace): string => run("sysctl", ["-n", name], namespace).trim();

describe("interfaces", () => {
  it("are named as asked, or by the network's prefix and the lowest free number", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const lan = await network(on, "lan", 2, {
      options: { "com.docker.network.container_iface_prefix": "lan" },
    });
    const third = await network(on, "third", 3);
    const fourth = await network(on, "fourth", 4);
    const { box, inside } = await sandbox(on, "one");
    const first = await box.join(web);
    expect(await interfaceName(first)).toBe("eth0");
    expect(await interfaceName(await box.join(lan))).toBe("lan0");
    expect(await interfaceName(await box.join(third, { interfaceName: "uplink.7" }))).toBe("uplink.7");
    expect(await interfaceName(await box.join(fourth))).toBe("eth1");
    await first.leave();
    const options = { "com.docker.network.endpoint.ifname": "eth5" };
    expect(await interfaceName(await box.join(web, { name: "again", options }))).toBe("eth5");
    expect(await interfaceName(await box.join(web, { name: "lowest" }))).toBe("eth0");
    expect([...linkNames(inside)].sort()).toEqual(["eth0", "eth1", "eth5", "lan0", "lo", "uplink.7"]);
    expect(await on.cnm.doctor()).toEqual([]);
  });

  it("do not get a name that is taken, by whomever", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const { path } = host.makeNamespace("with-interfaces");
    const { box, inside } = await sandbox(on, "one", { netns: path });
    run("ip", ["link", "add", "eth0", "type", "bridge"], inside);
    expect(await interfaceName(await box.join(web, { name: "mine" }))).toBe("eth1");
    await expect(box.join(web, { name: "other", interfaceName: "eth1" })).rejects.toMatchObject({
      code: "interface-name-in-use",
      message: expect.stringMatching(/sandbox one.*eth1.*endpoint mine/),
    });
    await expect(box.join(web, { name: "other", interfaceName: "eth0" })).rejects.toMatchObject({
      code: "interface-name-in-use",
      message: expect.stringMatching(/sandbox one.*interface eth0/),
    });
    run("ip", ["link", "delete", "eth0"], inside);
  });

  it.each([["with/slash"], ["sixteen-letters0"], [".."], [""], ["a:1"], ["lo"], ["all"]])(
    "cannot be called %j",
    async (wanted) => {
      const on = await open();
      const web = await network(on, "web", 1);
      const { box } = await sandbox(on, "one");
      await expect(box.join(web, { interfaceName: wanted })).rejects.toMatchObject({
        kind: "invalid",
        message: expect.stringMatching(/interfaceName/),
      });
    },
  );

  it("have the MAC address and settings that were asked for", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const { box, inside } = await sandbox(on, "one", { sysctls: { "net.ipv4.ip_unprivileged_port_start": "99" } });
    await box.join(web, {
      name: "a",
      mac: "02:42:0A:07:01:63",
      sysctls: { "net.ipv4.conf.IFNAME.log_martians": "1", "net.ipv6.conf.IFNAME.accept_ra": "0" },
    });
    await box.join(web, {
      name: "b",
      interfaceName: "lan.1",
      options: {
        "com.docker.network.endpoint.macaddress": "02-42-0a-07-01-64",
        "com.docker.network.endpoint.sysctls": "net.ipv4.conf.IFNAME.forwarding=1",
      },
    });
    const macs = ipJson(["link"], inside).map(({ ifname, address }) => [ifname, address]);
    expect(macs).toContainEqual(["eth0", "02:42:0a:07:01:63"]);
    expect(macs).toContainEqual(["lan.1", "02:42:0a:07:01:64"]);
    expect(sysctl("net.ipv4.conf.eth0.log_martians", inside)).toBe("1");
    expect(sysctl("net.ipv6.conf.eth0.accept_ra", inside)).toBe("0");
    expect(sysctl("net/ipv4/conf/lan.1/forwarding", inside)).toBe("1");
    expect(sysctl("net.ipv4.ip_unprivileged_port_start", inside)).toBe("99");
    await expect(box.join(web, { name: "c", mac: "01:00:5e:00:00:01" })).rejects.toThrow(/mac "01:00:5e:00:00:01"/);
  });

  it("are as wide as the network says, or the host's way out", async () => {
    run("ip", ["link", "set", "uplink", "mtu", "1450"]);
    const on = await open();
    run("ip", ["link", "set", "uplink", "mtu", "1500"]);
    const chosen = await network(on, "chosen", 1, { options: { "com.docker.network.driver.mtu": "1400" } });
    const usual = await network(on, "usual", 2);
    const { box, inside } = await sandbox(on, "one");
    for (const one of [chosen, usual]) await box.join(one);
    const mtus = (rows: readonly Record<string, unknown>[]) =>
      rows.filter(({ ifname }) => !["lo", "uplink"].includes(String(ifname))).map(({ mtu }) => Number(mtu));
    expect(mtus(ipJson(["link"], inside))).toEqual([1400, 1450]);
    expect(mtus(ipJson(["link"])).sort()).toEqual([1400, 1400, 1450, 1450]);
    const driver = await on.cnm.planNetwork({ name: "other", options: { "com.docker.network.driver.mtu": "0" } });
    expect(driver.find(({ kind }) => kind === "link")).toMatchObject({ mtu: 1450 });
  });

  it("count what goes through them, as the kernel counts", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const { box, inside } = await sandbox(on, "one");
    for (const name of ["a", "b"]) await box.join(web, { name });
    run("ping", ["-q", "-c", "3", "-i", "0.01", "10.7.1.1"], inside);
    const witness = () =>
      ipJson(["-s", "link"], inside).map((row) => {
        const { rx = {}, tx = {} } = row["stats64"] as Record<"rx" | "tx", Record<string, number>>;
        return {
          interfaceName: row["ifname"],
          ...{ rxBytes: rx["bytes"], rxPackets: rx["packets"], rxErrors: rx["errors"], rxDropped: rx["dropped"] },
          ...{ txBytes: tx["bytes"], txPackets: tx["packets"], txErrors: tx["errors"], txDropped: tx["dropped"] },
        };
      });
    // A packet of the kernel's own may come between: until nothing did.
    for (let same = false; !same; ) {
      const before = witness();
      const found = await box.statistics();
      same = JSON.stringify(before) === JSON.stringify(witness());
      if (same) expect(found).toEqual(before);
    }
    expect((await on.cnm.statistics("one")).find((one) => one.interfaceName === "eth0")?.rxPackets).toBeGreaterThan(2);
  });
});

describe("addresses", () => {
  it("are chosen, or given, one of each family; link-local ones beside", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const { box, inside } = await sandbox(on, "one");
    await box.join(web, { addresses: ["10.7.1.99", "FD07:1::0:99", "169.254.7.7", "fe80::7"] });
    expect([...addresses(inside, "eth0")].sort()).toEqual(
      ["10.7.1.99/24", "169.254.7.7/16", "fd07:1::99/64", "fe80::7/64"].sort(),
    );
    await box.join(web, { name: "free" });
    expect(addresses(inside, "eth1")).toEqual(["10.7.1.2/24", "fd07:1::2/64"]);
    const again: JoinSpec = { name: "again", addresses: ["10.7.1.99"] };
    await expect(box.join(web, again)).rejects.toMatchObject({
      code: "address-in-use",
      message: expect.stringMatching(/10\.7\.1\.99/),
    });
    await expect(box.join(web, { name: "other", addresses: ["10.8.0.1"] })).rejects.toThrow(/10\.8\.0\.1/);
    expect(await on.cnm.doctor()).toEqual([]);
  });

  it("of IPv4 alone leave IPv6 off", async () => {
    const on = await open();
    const web = await network(on, "web", 1, { ipam: { subnets: ["10.7.1.0/24"] } });
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect(ipJson(["-6", "address", "show", "dev", "eth0"], inside)).toEqual([]);
    expect(wayOut(inside, 6)).toEqual([]);
  });

  it("of IPv6 alone leave IPv4 out", async () => {
    const on = await open();
    const web = await network(on, "web", 1, { ipv4: false, ipam: { subnets: ["fd07:1::/64"] } });
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect(ipJson(["-4", "address", "show", "dev", "eth0"], inside)).toEqual([]);
    expect(addresses(inside, "eth0")).toEqual(["fd07:1::2/64"]);
  });

  it("of a hundred sandboxes that join at once are a hundred, without an error", async () => {
    const before = descriptors().size;
    const on = await open();
    const web = await network(on, "web", 1);
    const boxes = await Promise.all(Array.from({ length: 100 }, (_, at) => on.cnm.createSandbox({ name: `box${at}` })));
    const endpoints = await Promise.all(boxes.map((box) => box.join(web)));
    const infos = await Promise.all(endpoints.map((endpoint) => endpoint.info()));
    for (const family of [4, 6]) {
      const own = infos.flatMap((info) => info.addresses.filter((one) => one.family === family));
      expect(new Set(own.map(({ address }) => address)).size).toBe(100);
    }
    const bridge = `br-${web.id.slice(0, 12)}`;
    expect(ipJson(["link", "show", "master", bridge]).length).toBe(100);
    const { ip } = { ip: ipJson(["address"], await on.inside(boxes[42] ?? fail())) };
    expect(JSON.stringify(ip)).toContain(infos[42]?.addresses[0]?.address.replace("/24", ""));
    expect(await on.cnm.doctor()).toEqual([]);
    await Promise.all(endpoints.map((endpoint) => endpoint.leave()));
    expect(ipJson(["link", "show", "master", bridge])).toEqual([]);
    await on.close();
    world = undefined;
    expect(descriptors().size).toBeLessThanOrEqual(before);
  });
});

describe("ways out", () => {
  it("go by the highest priority, and to the next when that leaves: each family by itself", async () => {
    const on = await open();
    const low = await network(on, "low", 1);
    const high = await network(on, "high", 2, { ipam: { subnets: ["10.7.2.0/24"] } });
    const { box, inside } = await sandbox(on, "one");
    const events: string[] = [];
    using _ = on.cnm.on("endpoint.gateway", ({ endpoint }) => events.push(endpoint.name));
    const first = await box.join(low, { name: "first" });
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([["via 10.7.1.1 dev eth0"], ["via fd07:1::1 dev eth0"]]);
    const second = await box.join(high, { name: "second", gatewayPriority: 7 });
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([["via 10.7.2.1 dev eth1"], ["via fd07:1::1 dev eth0"]]);
    expect((await first.info()).gateway).toEqual({ ipv4: false, ipv6: true });
    expect((await second.info()).gateway).toEqual({ ipv4: true, ipv6: false });
    expect(await on.cnm.doctor()).toEqual([]);
    await second.leave();
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([["via 10.7.1.1 dev eth0"], ["via fd07:1::1 dev eth0"]]);
    await first.leave();
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([[], []]);
    expect(events).toEqual(["first", "first"]);
  });

  it("take published ports along", async () => {
    const on = await open();
    const low = await network(on, "low", 1);
    const high = await network(on, "high", 2, { ipam: { subnets: ["10.7.2.0/24"] } });
    const { box, inside } = await sandbox(on, "one");
    await on.talk.serve(inside, 80);
    await box.join(low, { name: "first", ports: ["8080:80"] });
    const second = await box.join(high, { name: "second", gatewayPriority: 7, ports: ["8081:80"] });
    const answers = async (port: number) => [
      await on.talk.hears(neighbour, HOST[4], port),
      await on.talk.hears(neighbour, HOST[6], port),
    ];
    // The second network has no IPv6: what comes to its port that way is carried to IPv4.
    expect([await answers(8080), await answers(8081)]).toEqual([
      [false, true],
      [true, true],
    ]);
    await second.leave();
    expect(await answers(8080)).toEqual([true, true]);
    expect(await on.cnm.doctor()).toEqual([]);
  });

  it("lead by another router where the network names one", async () => {
    const on = await open();
    const web = await network(on, "web", 1, {
      ipam: {
        subnets: [
          { subnet: "10.7.1.0/24", auxAddresses: { DefaultGatewayIPv4: "10.7.1.254", printer: "10.7.1.2" } },
          { subnet: "fd07:1::/64", auxAddresses: { DefaultGatewayIPv6: "fd07:1::fe" } },
        ],
      },
    });
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([["via 10.7.1.254 dev eth0"], ["via fd07:1::fe dev eth0"]]);
    expect(addresses(inside, "eth0")).toEqual(["10.7.1.3/24", "fd07:1::2/64"]);
  });

  it("over IPv6 are open as soon as the first sandbox has joined", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    await (await sandbox(on, "one")).box.join(web);
    // While its link-local address is in doubt, the bridge looks for no neighbours.
    const flags = ipJson(["-6", "address", "show", "dev", `br-${web.id.slice(0, 12)}`, "tentative"]);
    expect(flags.flatMap((row) => row["addr_info"])).toEqual([]);
  });

  it("are none on internal networks", async () => {
    const on = await open();
    const web = await network(on, "web", 1, { internal: true });
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect([wayOut(inside, 4), wayOut(inside, 6)]).toEqual([[], []]);
  });
});

describe("namespaces of others", () => {
  it("are used and never deleted", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const foreign = host.makeNamespace("foreign");
    const before = kernelState(foreign);
    const { box } = await sandbox(on, "one", { netns: foreign.path });
    const endpoint = await box.join(web, { ports: ["8080:80"] });
    await on.talk.serve(foreign, 80);
    expect(await on.talk.ask(neighbour, HOST[4], 8080)).toBe("192.0.2.2");
    await endpoint.leave();
    await box.join(web);
    await expect(on.cnm.createSandbox({ name: "two", netns: foreign.path })).rejects.toMatchObject({
      code: "namespace-in-use",
      message: expect.stringMatching(/sandbox one/),
    });
    await on.talk.close();
    await box.remove();
    expect(existsSync(foreign.path)).toBe(true);
    expect(kernelState(host.openNamespace(foreign.path))).toEqual(before);
  });

  it("may be those of a process, and go with it", async () => {
    const on = await open();
    const web = await network(on, "web", 1);
    const bridge = `br-${web.id.slice(0, 12)}`;
    const process = await processWithNamespace();
    const { box } = await sandbox(on, "one", { netns: `/proc/${process.pid}/ns/net` });
    await box.join(web, { ports: ["8080:80"] });
    await on.talk.serve(await on.inside(box), 80);
    expect(await on.talk.ask(neighbour, HOST[4], 8080)).toBe("192.0.2.2");
    await on.talk.close();
    const exit = once(process, "exit");
    process.kill("SIGKILL");
    await exit;
    await box.remove();
    expect(ipJson(["link", "show", "master", bridge])).toEqual([]);
    await on.talk.serve(host.namespace, 8080);
    expect(await on.cnm.doctor()).toEqual([]);
  });

  it("that are none are told what they are", async () => {
    const on = await open();
    const create = (netns: string) => on.cnm.createSandbox({ name: "one", netns });
    await expect(create("/proc/self/ns/uts")).rejects.toThrow(/sandbox one.*\/proc\/self\/ns\/uts.*another kind/);
    await expect(create("/etc/hostname")).rejects.toThrow(/\/etc\/hostname is an ordinary file/);
    await expect(create("/nowhere/ns")).rejects.toMatchObject({
      kind: "not-found",
      message: expect.stringMatching(/\/nowhere\/ns/),
    });
  });
});

describe("the host", () => {
  const FORWARDING = ["net.ipv4.ip_forward", "net.ipv6.conf.default.forwarding", "net.ipv6.conf.all.forwarding"];
  const forwarding = () => FORWARDING.map((name) => sysctl(name));

  it("forwards from the first network that needs it until after the last", async () => {
    for (const name of FORWARDING) run("sysctl", ["-qw", `${name}=0`]);
    const on = await open();
    const closed = await network(on, "closed", 1, { internal: true });
    expect(forwarding()).toEqual(["0", "0", "0"]);
    const only4 = await network(on, "only4", 2, { ipam: { subnets: ["10.7.2.0/24"] } });
    expect(forwarding()).toEqual(["1", "0", "0"]);
    const both = await network(on, "both", 3);
    expect(forwarding()).toEqual(["1", "1", "1"]);
    await only4.remove();
    expect(forwarding()).toEqual(["1", "1", "1"]);
    await both.remove();
    expect(forwarding()).toEqual(["0", "0", "0"]);
    await closed.remove();
  });

  it("keeps forwarding if it did before, and its IPv6 router if it had one", async () => {
    run("sysctl", ["-qw", "net.ipv4.ip_forward=1"]);
    const on = await open();
    await (await network(on, "both", 3)).remove();
    expect(forwarding()).toEqual(["1", "0", "0"]);
    run("sysctl", ["-qw", "net.ipv4.ip_forward=0"]);
  });

  it("lends a bridge by name, and has it back as it was", async () => {
    run("ip", ["link", "add", "mybridge0", "type", "bridge"]);
    run("ip", ["link", "set", "mybridge0", "up", "mtu", "1420", "address", "02:00:00:00:00:07"]);
    run("ip", ["address", "add", "203.0.113.1/24", "dev", "mybridge0"]);
    const before = kernelState();
    const on = await open();
    const options = { [`${BRIDGE}.name`]: "mybridge0" };
    const web = await network(on, "web", 1, { options });
    await expect(network(on, "other", 2, { options })).rejects.toThrow(/other and web.*mybridge0/);
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect(addresses(undefined, "mybridge0")).toEqual(["203.0.113.1/24", "10.7.1.1/24", "fd07:1::1/64"]);
    expect(wayOut(inside, 4)).toEqual(["via 10.7.1.1 dev eth0"]);
    expect(await on.cnm.doctor()).toEqual([]);
    await on.close();
    world = undefined;
    expect(kernelState()).toEqual(before);
    run("ip", ["link", "delete", "mybridge0"]);
  });

  it("gets a bridge of the given name where there is none", async () => {
    const on = await open();
    const web = await network(on, "web", 1, { options: { [`${BRIDGE}.name`]: "chosen0" } });
    expect(linkNames()).toContain("chosen0");
    await web.remove();
    expect(linkNames()).not.toContain("chosen0");
  });

  it("keeps off an IPv4 subnet where that is inhibited", async () => {
    const on = await open();
    const web = await network(on, "web", 1, { options: { [`${BRIDGE}.inhibit_ipv4`]: "true" } });
    expect(addresses(undefined, `br-${web.id.slice(0, 12)}`)).toEqual(["fd07:1::1/64"]);
    const { box, inside } = await sandbox(on, "one");
    await box.join(web);
    expect(wayOut(inside, 4)).toEqual(["via 10.7.1.1 dev eth0"]);
  });
});

async function processWithNamespace(): Promise<ChildProcess> {
  const child = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], { stdio: ["pipe", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

function fail(): never {
  throw new Error("there is no such sandbox");
}
