import { afterAll, afterEach, describe, expect, it } from "vitest";
import { said } from "../support/conversation.ts";
import { enterFreshHost, run } from "../support/host.ts";
import { ownAddress, ServiceScene } from "../support/service-scene.ts";

const host = enterFreshHost();
const neighbour = host.makeNeighbour();
const HOST = { 4: "192.0.2.1", 6: "2001:db8::1" } as const;
let scene: ServiceScene | undefined;

const open = async (...given: Parameters<typeof ServiceScene.open> extends [unknown, ...infer Rest] ? Rest : never) => {
  scene = await ServiceScene.open(host, ...given);
  return scene;
};

afterEach(async () => {
  await scene?.close();
  scene = undefined;
  expect(run("nft", ["list", "tables"]).trim()).toBe("");
});
afterAll(() => host.close());

describe.each([4, 6] as const)("a service over IPv%i", (family) => {
  it("spreads a client's connections evenly, and tasks see the client's own address", async () => {
    const { client, vips, ...rest } = await open();
    const answers = await scene?.ask(client, vips[family], 30);
    expect(rest.service.name).toBe("web");
    expect(answers).toEqual({ tasks: { web1: 10, web2: 10, web3: 10 }, clients: [ownAddress(client, family)] });
  });

  it("is reached by its own tasks too, which may be led to themselves", async () => {
    const { vips, world } = await open();
    const task = await world.inside(await world.cnm.sandbox("web1"));
    expect((await scene?.ask(task, vips[family], 9))?.tasks).toEqual({ web1: 3, web2: 3, web3: 3 });
  });

  it("is reached from outside by the host's port, which keeps the client's address", async () => {
    await open();
    const answers = await scene?.ask(neighbour, HOST[family], 30);
    expect(answers).toEqual({
      tasks: { web1: 10, web2: 10, web3: 10 },
      clients: [ownAddress(neighbour, family, "uplink")],
    });
  });

  it("is reached on the host itself by loopback's address", async () => {
    await open();
    const loopback = { 4: "127.0.0.1", 6: "::1" }[family];
    expect((await scene?.ask(host.namespace, loopback, 9))?.tasks).toEqual({ web1: 3, web2: 3, web3: 3 });
  });

  it("gives a task that is unhealthy nothing new, and cuts nothing off", async () => {
    const { client, vips, service, world } = await open();
    const [first] = await service.tasks();
    const socket = await world.talk.open(client, vips[family], 8080);
    const [mine = ""] = (await said(socket)).split(" ");
    const tasks = await service.tasks();
    const busy = tasks.find(({ name }) => name === mine) ?? first;
    await busy?.setHealth("unhealthy");
    const others = await scene?.ask(client, vips[family], 10);
    expect(others?.tasks).not.toHaveProperty(mine);
    expect((await scene?.ask(neighbour, HOST[family], 10))?.tasks).not.toHaveProperty(mine);
    socket.write("?");
    expect((await said(socket)).split(" ")[0]).toBe(mine);
    socket.destroy();
    await busy?.setHealth("healthy");
    expect(Object.keys((await scene?.ask(client, vips[family], 9))?.tasks ?? {}).sort()).toEqual([
      "web1",
      "web2",
      "web3",
    ]);
  });

  it("lets a task that leaves end what it has begun, and then forgets it", async () => {
    const { client, vips, service, world } = await open({ drainTimeout: 60 }, { tasks: 1 });
    const [task] = await service.tasks();
    const socket = await world.talk.open(client, vips[family], 8080);
    await said(socket);
    const leaving = task?.leave();
    const another = () => world.talk.greet(client, vips[family], 8080).catch((error) => error.code);
    await expect.poll(another).toBe("ECONNREFUSED");
    socket.write("?");
    expect(await said(socket)).toMatch(/^web1 /);
    socket.destroy();
    await leaving;
    expect(await service.tasks()).toEqual([]);
  });
});

it("is reached on the host by ::1 where its network has IPv6 only", async () => {
  await open({}, { network: { ipv4: false, ipam: { subnets: ["fd07::/64"] } } });
  expect((await scene?.ask(host.namespace, "::1", 9))?.tasks).toEqual({ web1: 3, web2: 3, web3: 3 });
});

it("leaves its tasks on their networks when it is removed, and cuts nothing off", async () => {
  const { client, service, world } = await open();
  const infos = await Promise.all((await service.tasks()).map((task) => task.info()));
  const own = infos.map(({ addresses }) => addresses[0]?.address.split("/")[0] ?? "");
  const socket = await world.talk.open(client, own[0] ?? "", 80);
  await said(socket);
  await service.remove();
  socket.write("?");
  expect(await said(socket)).toMatch(/^web1 /);
  socket.destroy();
  for (const [at, address] of own.entries())
    expect(await world.talk.greet(client, address, 80)).toMatch(new RegExp(`^web${at + 1} `));
  expect(await world.cnm.doctor()).toEqual([]);
});

it("refuses connections at once while it has no task", async () => {
  const { client, vips, world } = await open({}, { tasks: 0 });
  await expect(world.talk.greet(client, vips[4], 8080)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(world.talk.greet(client, vips[6], 8080)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await expect(world.talk.greet(neighbour, HOST[4], 8080)).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

it("is healed when somebody takes its table away", async () => {
  const { client, vips, world } = await open();
  run("nft", ["delete", "table", "inet", "cnm-services"], client);
  run("nft", ["delete", "table", "inet", "cnm-services"]);
  const findings = await world.cnm.doctor();
  expect(findings.filter(({ object }) => object === "nft-service")).not.toEqual([]);
  await world.cnm.repair();
  expect((await scene?.ask(client, vips[4], 9))?.tasks).toEqual({ web1: 3, web2: 3, web3: 3 });
  expect((await scene?.ask(neighbour, HOST[4], 9))?.tasks).toEqual({ web1: 3, web2: 3, web3: 3 });
  expect(await world.cnm.doctor()).toEqual([]);
});
