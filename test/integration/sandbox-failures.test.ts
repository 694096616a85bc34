import { spawn } from "node:child_process";
import { once } from "node:events";
import type { JoinSpec, NetworkHandle, NetworkSpec } from "@cnm/core";
import type { Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { descriptors, enterFreshHost, ipJson, run } from "../support/host.ts";
import { kernelState } from "../support/kernel-state.ts";
import { World } from "../support/world.ts";

const host = enterFreshHost();
let world: World;
let web: NetworkHandle;

/** An announcement comes a moment later, and opens a socket that is kept. */
const QUIET: JoinSpec = { announce: { count: 0 } };

/** One sandbox has joined before, so that nothing changes with the bridge's first port. */
beforeEach(async () => {
  world = await World.open(host);
  web = await world.cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.1.0/24", "fd07:1::/64"] } });
  await (await world.cnm.createSandbox({ name: "settled" })).join(web, { ports: ["9000:90"], ...QUIET });
});
afterEach(() => world.close());
afterAll(() => {
  expect(ipJson(["link"]).map(({ ifname }) => ifname)).toEqual(["lo"]);
  host.close();
});

/** What fails leaves kernel, descriptors and records as they were. */
async function expectUndone(fails: () => Promise<unknown>, words: RegExp, namespaces: readonly Namespace[] = []) {
  const look = async () => ({
    host: kernelState(),
    namespaces: namespaces.map((namespace) => kernelState(namespace)),
    descriptors: [...descriptors().values()].map(nameless).sort(),
    endpoints: (await web.endpoints()).map(({ name }) => name),
    networks: (await world.cnm.networks()).map(({ name }) => name),
    sandboxes: (await world.cnm.sandboxes()).map(({ name }) => name),
  });
  const before = await look();
  await expect(fails()).rejects.toThrow(words);
  expect(await look()).toEqual(before);
}

const nameless = (target: string): string => target.replace(/:\[\d+\]$/, "");

/** An earlier failure has opened what is kept open: namespaces and their sockets. */
async function expectUndoneTwice(...args: Parameters<typeof expectUndone>): Promise<void> {
  await args[0]().catch(() => undefined);
  await expectUndone(...args);
  expect(await world.cnm.doctor()).toEqual([]);
}

const PORTS: JoinSpec = { ...QUIET, ports: ["8080:80", "8081:81/udp", "127.0.0.1:8082:82"] };

describe("a join that fails is wholly undone", () => {
  it("when a port is another process's, who is named", async () => {
    const box = await world.cnm.createSandbox({ name: "one" });
    const script = 'require("net").createServer().listen(8082, "127.0.0.1", () => console.log("ready"))';
    const thief = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = once(thief, "exit");
    try {
      await once(thief.stdout, "data");
      const words = new RegExp(`sandbox one.*network web.*127\\.0\\.0\\.1:8082.*node.*pid ${thief.pid}`, "s");
      await expectUndoneTwice(() => box.join(web, PORTS), words);
    } finally {
      thief.kill("SIGKILL");
      await exit;
    }
    const endpoint = await box.join(web, PORTS);
    expect((await endpoint.info()).addresses[0]?.address).toMatch(/^10\.7\.1\.\d+\/24$/);
  });

  it("when a port is another endpoint's, which is named", async () => {
    const box = await world.cnm.createSandbox({ name: "one" });
    const fails = () => box.join(web, { ports: ["8080:80", "9000:80"] });
    await expectUndoneTwice(fails, /0\.0\.0\.0:9000.*endpoint settled on network web/s);
  });

  it("when the interface's name turns out to be taken in a foreign namespace", async () => {
    const foreign = host.makeNamespace("with-link");
    run("ip", ["link", "add", "other", "type", "bridge"], foreign);
    run("ip", ["link", "property", "add", "dev", "other", "altname", "lan0"], foreign);
    const box = await world.cnm.createSandbox({ name: "one", netns: foreign.path });
    const fails = () => box.join(web, { ...PORTS, interfaceName: "lan0" });
    await expectUndoneTwice(fails, /sandbox one.*cannot make lan0.*with-link/s, [foreign]);
    await box.join(web, PORTS);
  });

  it("when a foreign namespace has a default route already", async () => {
    const foreign = host.makeNamespace("with-route");
    run("ip", ["link", "add", "way", "type", "bridge"], foreign);
    run("ip", ["address", "add", "192.0.2.1/24", "dev", "way"], foreign);
    run("ip", ["link", "set", "way", "up"], foreign);
    run("ip", ["route", "add", "default", "via", "192.0.2.2"], foreign);
    const box = await world.cnm.createSandbox({ name: "one", netns: foreign.path });
    const words = /sandbox one.*route 0\.0\.0\.0\/0 via eth0.*with-route.*which cnm did not make/s;
    await expectUndoneTwice(() => box.join(web, PORTS), words, [foreign]);
    run("ip", ["route", "delete", "default"], foreign);
    await box.join(web, PORTS);
  });

  it("when a second network's default route cannot be taken over: the first keeps its own", async () => {
    const second = await world.cnm.createNetwork({ name: "second", ipam: { subnets: ["10.7.2.0/24"] } });
    await (await world.cnm.createSandbox({ name: "settled too" })).join(second, QUIET);
    const foreign = host.makeNamespace("two-networks");
    const box = await world.cnm.createSandbox({ name: "one", netns: foreign.path });
    await box.join(web, PORTS);
    const sysctls = { "net.ipv4.conf.IFNAME.no_such_thing": "1" };
    const fails = () => box.join(second, { ...QUIET, name: "two", gatewayPriority: 9, sysctls });
    await expectUndoneTwice(fails, /network second.*net\/ipv4\/conf\/eth1\/no_such_thing/s, [foreign]);
    const [endpoint] = await box.endpoints();
    expect((await endpoint?.info())?.gateway).toEqual({ ipv4: true, ipv6: true });
  });

  it.each([
    ["is not there", { "net.ipv4.conf.IFNAME.no_such_thing": "1" }, /no sysctl net\/ipv4\/conf\/eth0\/no_such_thing/],
    ["does not take the value", { "net.ipv4.conf.IFNAME.forwarding": "many" }, /conf\/eth0\/forwarding.*many/s],
  ])("when a setting %s", async (problem, sysctls, words) => {
    const foreign = host.makeNamespace(`setting-${problem.replaceAll(" ", "-")}`);
    const box = await world.cnm.createSandbox({ name: "one", netns: foreign.path });
    await expectUndoneTwice(() => box.join(web, { ...PORTS, sysctls }), words, [foreign]);
  });

  it("when the namespace has gone", async () => {
    const owner = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");
    const path = `/proc/${owner.pid}/ns/net`;
    const box = await world.cnm.createSandbox({ name: "one", netns: path });
    const exit = once(owner, "exit");
    owner.kill("SIGKILL");
    await exit;
    await expectUndone(() => box.join(web, PORTS), new RegExp(`sandbox one.*there is no namespace ${path}`, "s"));
  });

  it("when it is called off, at whatever moment", async () => {
    const box = await world.cnm.createSandbox({ name: "one" });
    const inside = await world.inside(box);
    await (await box.join(web, PORTS)).leave();
    for (let moment = 0; moment < 12; moment++) {
      const before = [kernelState(), kernelState(inside)];
      const controller = new AbortController();
      const joining = box.join(web, PORTS, { signal: controller.signal });
      for (let turn = 0; turn < moment; turn++) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      // Late enough, it has joined.
      await joining.then(
        (endpoint) => endpoint.leave(),
        (error: unknown) => expect(error).toMatchObject({ code: "aborted" }),
      );
      expect([kernelState(), kernelState(inside)]).toEqual(before);
    }
    expect(await world.cnm.doctor()).toEqual([]);
  });
});

describe("a network that fails is wholly undone", () => {
  const fails =
    (spec: Omit<NetworkSpec, "name">): (() => Promise<unknown>) =>
    () =>
      world.cnm.createNetwork({ name: "failing", ...spec });

  it("when its bridge's name is that of something else", async () => {
    run("ip", ["link", "add", "taken0", "type", "veth", "peer", "name", "taken1"]);
    const options = { "com.docker.network.bridge.name": "taken0" };
    await expectUndoneTwice(fails({ options }), /network failing.*taken0 is a veth, not a bridge/s);
    run("ip", ["link", "delete", "taken0"]);
  });

  it("when its subnet is routed elsewhere already", async () => {
    run("ip", ["link", "add", "elsewhere", "type", "bridge"]);
    run("ip", ["address", "add", "10.9.0.1/16", "dev", "elsewhere"]);
    run("ip", ["link", "set", "elsewhere", "up"]);
    await expectUndoneTwice(
      fails({ ipam: { subnets: ["10.9.7.0/24"] } }),
      /failing.*10\.9\.7\.0\/24.*10\.9\.0\.0\/16.*elsewhere/s,
    );
    run("ip", ["link", "delete", "elsewhere"]);
  });

  it("when its subnet is another network's", async () => {
    await expectUndoneTwice(
      fails({ ipam: { subnets: ["10.7.0.0/16"] } }),
      /failing.*10\.7\.0\.0\/16.*10\.7\.1\.0\/24.*web/s,
    );
  });

  it("when the kernel does not take its MTU", async () => {
    const options = { "com.docker.network.driver.mtu": "20" };
    await expectUndoneTwice(fails({ options, ipam: { subnets: ["10.8.0.0/24", "fd08::/64"] } }), /failing/);
  });
});
