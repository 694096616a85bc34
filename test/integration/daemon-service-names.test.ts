import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Namespace } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonWorld } from "../support/daemon-world.ts";

const TASKS = {
  web1: ["10.8.0.11", "fd08::11"],
  web2: ["10.8.0.12", "fd08::12"],
  rr1: ["10.8.0.21", "fd08::21"],
  rr2: ["10.8.0.22", "fd08::22"],
} as const;

let world: DaemonWorld;
let asker: Namespace;
let vips: readonly string[];
const ids = new Map<string, string>();

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start();
  await world.client.createNetwork({
    Name: "dual",
    EnableIPv6: true,
    IPAM: { Config: [{ Subnet: "10.8.0.0/24" }, { Subnet: "fd08::/64" }] },
  });
  const Networks = [{ Target: "dual", Aliases: ["shop"] }];
  const Ports = [{ TargetPort: 80, PublishedPort: 8080 }];
  await world.client.createService({ Name: "web", TaskTemplate: { Networks }, EndpointSpec: { Ports } });
  await world.client.createService({
    Name: "rr",
    TaskTemplate: { Networks: [{ Target: "dual", Aliases: ["turn"] }] },
    EndpointSpec: { Mode: "dnsrr" },
  });
  for (const name of Object.keys(TASKS)) await start(name as keyof typeof TASKS);
  const { Netns } = await world.client.run({
    Name: "asker",
    Cmd: ["sleep", "infinity"],
    Networks: [{ Network: "dual" }],
  });
  asker = world.host.openNamespace(Netns);
  vips = await virtualIps();
});

afterAll(async () => {
  asker?.close();
  await world?.close();
});

async function start(name: keyof typeof TASKS): Promise<void> {
  const [Ip, Ip6] = TASKS[name];
  const { Id } = await world.client.run({
    Name: name,
    Cmd: ["sleep", "infinity"],
    Networks: [{ Network: "dual", Service: name.replace(/\d/, ""), Ip, Ip6 }],
  });
  ids.set(name, Id);
}

async function virtualIps(): Promise<readonly string[]> {
  const { Endpoint } = await world.client.service("web");
  return (Endpoint.VirtualIPs ?? []).map(({ Addr }) => Addr.replace(/\/.*/, ""));
}

async function setHealth(name: string, Health: "healthy" | "unhealthy"): Promise<void> {
  const tasks = await world.client.tasks();
  const task = tasks.find((one) => one.Status.ContainerStatus.ContainerID === ids.get(name));
  await world.client.changeTask(task?.ID ?? name, { Health });
}

async function dig(...args: readonly string[]): Promise<string> {
  const all = ["@127.0.0.11", "+tries=1", "+time=6", ...args];
  const { stdout } = await asker.enter(() => ({ running: promisify(execFile)("dig", all) })).running;
  return stdout;
}

const short = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await dig("+short", ...args))
    .split("\n")
    .filter((line) => line !== "")
    .sort();

/** What a name stands for, in each family. */
const both = async (name: string) => [await short("A", name), await short("AAAA", name)];

const addressesOf = (...names: readonly (keyof typeof TASKS)[]) => [
  names.map((name) => TASKS[name][0]),
  names.map((name) => TASKS[name][1]),
];

describe("names of services, as dig sees them", () => {
  it("the service's own, with its network and its aliases, stand for the virtual IP of each family", async () => {
    expect(vips).toHaveLength(2);
    const [four = "", six = ""] = vips;
    for (const name of ["web", "WEB", "web.dual", "shop", "shop.dual"])
      expect(await both(name), name).toEqual([[four], [six]]);
    expect(await short("+tcp", "web")).toEqual([four]);
  });

  it("tasks.web stands for the tasks, with or without the network", async () => {
    for (const name of ["tasks.web", "tasks.web.dual"])
      expect(await both(name), name).toEqual(addressesOf("web1", "web2"));
    expect(await short("-x", "10.8.0.11")).toEqual(["web1.dual."]);
    expect(await short("-x", "fd08::11")).toEqual(["web1.dual."]);
  });

  it("the virtual IP is the service's in reverse", async () => {
    for (const vip of vips) expect(await short("-x", vip), vip).toEqual(["web.dual."]);
  });

  it("SRV tells the virtual IP's port, and of tasks the one that they listen on", async () => {
    expect(await short("SRV", "_8080._tcp.web")).toEqual(["0 0 8080 web.dual."]);
    expect(await short("SRV", "_http-alt._tcp.web.dual")).toEqual(["0 0 8080 web.dual."]);
    expect(await short("SRV", "_80._tcp.tasks.web")).toEqual(["0 0 80 tasks.web.dual."]);
    expect(await short("SRV", "_80._tcp.web")).toEqual([]);
  });

  it("with dnsrr they stand for the tasks, which keep their own names in reverse", async () => {
    for (const name of ["rr", "rr.dual", "turn", "tasks.rr"])
      expect(await both(name), name).toEqual(addressesOf("rr1", "rr2"));
    expect(await short("-x", "10.8.0.21")).toEqual(["rr1.dual."]);
  });

  it("lose a task at once when it is unhealthy, and have it back at once", async () => {
    await setHealth("web1", "unhealthy");
    await setHealth("rr2", "unhealthy");
    expect(await both("tasks.web")).toEqual(addressesOf("web2"));
    expect(await both("rr")).toEqual(addressesOf("rr1"));
    expect(await both("tasks.rr")).toEqual(addressesOf("rr1"));
    // The sandbox is still there, and is found by its own name.
    expect(await both("web1")).toEqual(addressesOf("web1"));
    await setHealth("rr1", "unhealthy");
    const nobody = await dig("rr");
    expect([/status: (\w+)/.exec(nobody)?.[1], /ANSWER: (\d+)/.exec(nobody)?.[1]]).toEqual(["NOERROR", "0"]);
    for (const name of ["web1", "rr1", "rr2"]) await setHealth(name, "healthy");
    expect(await both("tasks.web")).toEqual(addressesOf("web1", "web2"));
    expect(await both("rr")).toEqual(addressesOf("rr1", "rr2"));
  });

  it("the virtual IP stays while the service changes, loses all its tasks, and the daemon is killed", async () => {
    const same = async () => expect((await both("web")).flat()).toEqual(vips);
    const { ID, Version, Spec } = await world.client.service("web");
    await world.client.updateService(ID, Version.Index, {
      ...Spec,
      EndpointSpec: { Ports: [{ TargetPort: 81, PublishedPort: 9090 }] },
      Cnm: { Scheduler: "wrr" },
    });
    await same();
    expect(await short("SRV", "_9090._tcp.web")).toEqual(["0 0 9090 web.dual."]);
    expect(await short("SRV", "_8080._tcp.web")).toEqual([]);
    for (const name of ["web1", "web2"]) await world.client.removeSandbox(ids.get(name) ?? "", true);
    expect(await both("tasks.web")).toEqual([[], []]);
    await same();
    await world.daemon.kill();
    await world.start();
    await same();
    await start("web1");
    expect(await both("tasks.web")).toEqual(addressesOf("web1"));
    await same();
  });

  it("are gone with the service", async () => {
    await world.client.removeService("web");
    for (const name of ["web", "shop.dual", "tasks.web"]) expect(await both(name), name).toEqual([[], []]);
    for (const vip of vips) expect(await short("-x", vip), vip).toEqual([]);
  });
});
