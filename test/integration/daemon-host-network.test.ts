import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonWorld } from "../support/daemon-world.ts";

let world: DaemonWorld;

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start();
});
afterAll(async () => world.close());

async function output(id: string): Promise<string> {
  expect(await world.client.wait(id)).toEqual({ StatusCode: 0 });
  const pieces: Buffer[] = [];
  for await (const piece of await world.client.logs(id)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

const LOOK = "readlink /proc/self/ns/net; hostname; cat /etc/hosts";

describe("the networks bridge, host and none", () => {
  it("are there, one of each, and cannot be made again nor removed", async () => {
    const networks = await world.client.networks();
    expect(networks.map(({ Name, Driver }) => [Name, Driver]).sort()).toEqual([
      ["bridge", "bridge"],
      ["host", "host"],
      ["none", "null"],
    ]);
    expect(networks.find(({ Name }) => Name === "bridge")?.Options).toMatchObject({
      "com.docker.network.bridge.name": "cnm0",
    });
    for (const Name of ["bridge", "host", "none"]) {
      await expect(world.client.createNetwork({ Name })).rejects.toThrow(
        `operation is not permitted on predefined ${Name} network`,
      );
      await expect(world.client.removeNetwork(Name)).rejects.toThrow(
        `${Name} is a pre-defined network and cannot be removed`,
      );
    }
    for (const Driver of ["host", "null"]) {
      await expect(world.client.createNetwork({ Name: "second", Driver })).rejects.toThrow(
        `only one instance of "${Driver}" network is allowed`,
      );
    }
  });

  it("a program on host is in the host's own stack, with its name and files; several at once", async () => {
    const one = await world.client.run({
      Name: "one",
      Cmd: ["sh", "-c", LOOK],
      Networks: [{ Network: "host" }],
      ExtraHosts: ["db:192.0.2.7"],
    });
    const two = await world.client.run({
      Name: "two",
      Cmd: ["sh", "-c", "sleep 1000"],
      Networks: [{ Network: "host" }],
    });
    const pid = (await world.client.sandbox(two.Id)).Process?.Pid ?? 0;
    const [stack = "", name, ...hosts] = (await output(one.Id)).split("\n");
    // This test is in the stack that plays the host.
    expect(stack).toBe(readlinkSync("/proc/self/ns/net"));
    expect(name).toBe(hostname());
    expect(hosts.join("\n")).toBe(`${readFileSync("/etc/hosts", "utf8")}192.0.2.7\tdb\n`);
    expect(pid).toBeGreaterThan(0);

    const { Netns, Endpoints, Owned } = await world.client.sandbox(two.Id);
    expect(Netns).toMatch(/^\/proc\/\d+\/ns\/net$/);
    expect(Owned).toBe(false);
    expect(Endpoints).toMatchObject([{ Network: "host", Mac: "" }]);
    const container = await world.client.container(two.Id);
    expect(container).toMatchObject({
      HostConfig: { NetworkMode: "host" },
      NetworkSettings: { Networks: { host: {} } },
    });
    for (const { Id } of [one, two]) await world.client.removeSandbox(Id, true);
  });

  it("a sandbox on host joins no other network, and leaves it only by going", async () => {
    const { Id } = await world.client.createSandbox({ Name: "guest", HostNetwork: true });
    await expect(world.client.connectNetwork("bridge", Id)).rejects.toThrow(
      "container sharing network namespace with another container or host cannot be connected to any other network",
    );
    await expect(world.client.disconnectNetwork("host", Id)).rejects.toThrow(
      "container cannot be disconnected from host network or connected to host network",
    );
    await world.client.removeSandbox(Id);
    const own = await world.client.createSandbox({ Name: "own" });
    await expect(world.client.connectNetwork("host", own.Id)).rejects.toThrow(
      "container cannot be disconnected from host network or connected to host network",
    );
    await expect(
      world.client.createSandbox({ Name: "set", HostNetwork: true, Sysctls: { "net.ipv4.ip_forward": "1" } }),
    ).rejects.toThrow(/net\.ipv4\.ip_forward is not allowed in the host's own stack/);
    await world.client.removeSandbox(own.Id);
  });

  it("ports on host are discarded, and a warning says so", async () => {
    const ran = await world.client.run({ Cmd: ["true"], Networks: [{ Network: "host" }], Ports: ["8080:80"] });
    expect(ran.Warnings).toEqual(["Published ports are discarded when using host network mode"]);
    expect((await world.client.sandbox(ran.Id)).Endpoints).toMatchObject([{ Ports: [] }]);
    await world.client.wait(ran.Id);
    await world.client.removeSandbox(ran.Id);
  });

  it("a sandbox on host is still there after kill -9 and a restart", async () => {
    const { Id } = await world.client.createSandbox({ Name: "guest", HostNetwork: true });
    await world.daemon.kill();
    await world.start();
    expect(await world.client.sandbox(Id)).toMatchObject({ Name: "guest", Endpoints: [{ Network: "host" }] });
    expect((await world.client.doctor()).Findings).toEqual([]);
    await world.client.removeSandbox(Id);
  });

  it("a program on none has loopback and nothing else", async () => {
    const { Id } = await world.client.run({ Cmd: ["ip", "-br", "link"], Networks: [{ Network: "none" }] });
    expect((await output(Id)).trim().split("\n")).toEqual([expect.stringMatching(/^lo /)]);
    await expect(world.client.connectNetwork("bridge", Id)).rejects.toThrow(
      "container cannot be connected to multiple networks with one of the networks in private (none) mode",
    );
    await world.client.removeSandbox(Id);
  });
});
