import { describe, expect, it } from "vitest";
import type { Balancer } from "../contracts/balancer.ts";
import { createDiscovery } from "../discovery/discovery.ts";
import { fakeBalancer } from "../testing/fake-balancer.ts";
import { balances, NETWORK, serviceScene, staffedScene, WEB } from "../testing/service-scene.ts";

describe("a service", () => {
  it("has an address of each family that stays its own, and leads every sandbox of its networks to its tasks", async () => {
    const { controller, leadsTo, world } = await staffedScene();
    const { networks, balancer } = await (await controller.service("web")).info();
    expect(balancer).toBe("fake");
    expect(networks[0]?.vips.map(({ address }) => address)).toEqual([
      expect.stringMatching(/^10\.7\.0\.\d+\/24$/),
      expect.stringMatching(/^fd07::/),
    ]);
    expect(leadsTo()).toEqual([
      expect.stringMatching(/^10\.7\.0\.\d+:80 weight 1$/),
      expect.stringMatching(/^10\.7\.0\.\d+:80 weight 1$/),
    ]);
    // Client and tasks, both families; and the host, which has the port on all its addresses.
    expect(balances(world).filter(({ namespace }) => namespace !== "")).toHaveLength(6);
    expect(
      balances(world)
        .filter(({ namespace }) => namespace === "")
        .map(({ port }) => port),
    ).toEqual(["tcp 0.0.0.0:8080", "tcp :::8080"]);
    expect(await controller.doctor()).toEqual([]);
  });

  it("is told to who joins later, and to nobody on other networks", async () => {
    const { controller, join, world } = await staffedScene();
    await join("late");
    expect(balances(world).filter(({ namespace }) => namespace === "/ns/late")).toHaveLength(2);
    await controller.createNetwork({ name: "other" });
    world.host.namespaces.set("/ns/foreign", []);
    const foreign = await controller.createSandbox({ name: "foreign", netns: "/ns/foreign" });
    await foreign.join("other");
    expect(balances(world).filter(({ namespace }) => namespace === "/ns/foreign")).toEqual([]);
    await expect(foreign.join("other", { name: "again", service: "web" })).rejects.toMatchObject({
      code: "service-not-on-network",
      message: expect.stringContaining("service web is not on network other, but on app"),
    });
  });

  it("sends an unhealthy task nothing new, and the healthy one again", async () => {
    const { controller, leadsTo } = await staffedScene();
    const [task] = await (await controller.service("web")).tasks();
    await task?.setHealth("unhealthy");
    expect(leadsTo()).toEqual([expect.stringMatching(/weight 0$/), expect.stringMatching(/weight 1$/)]);
    await task?.setHealth("healthy");
    expect(leadsTo()).toEqual([expect.stringMatching(/weight 1$/), expect.stringMatching(/weight 1$/)]);
    expect(await controller.doctor()).toEqual([]);
  });

  it("waits for the connections of a task that leaves, and then forgets them", async () => {
    const at = await serviceScene();
    await at.controller.createNetwork(NETWORK);
    await at.join("client");
    await at.controller.createService(WEB);
    await at.join("web1", "web");
    const [task] = await (await at.controller.service("web")).tasks();
    const address = (await task?.info())?.addresses.find(({ family }) => family === 4)?.address.replace("/24", "");
    at.platform.connections.set(`tcp ${address}:80`, 2);
    const leaving = task?.leave();
    await expect.poll(at.leadsTo).toEqual([expect.stringMatching(/weight 0$/)]);
    expect(await (await at.controller.service("web")).tasks()).toHaveLength(1);
    at.platform.connections.set(`tcp ${address}:80`, 0);
    await leaving;
    expect(at.leadsTo()).toEqual([]);
    expect(at.platform.connections.size).toBe(0);
  });

  it("gives a task its time when its connections cannot be counted", async () => {
    const at = await serviceScene();
    await at.controller.createNetwork(NETWORK);
    await at.controller.createService(WEB);
    await at.join("web1", "web");
    const service = await at.controller.service("web");
    const [task] = await service.tasks();
    const { open } = at.platform.traffic;
    const looks: string[] = [];
    at.platform.traffic.open = async (traces) => {
      looks.push((await service.tasks()).map(({ name }) => name).join());
      if (looks.length < 3) throw new Error("the kernel is busy");
      return open(traces);
    };
    await task?.leave();
    expect(looks).toEqual(new Array(3).fill(task?.name));
    expect(await service.tasks()).toEqual([]);
  });

  it("keeps its addresses and connections over an update", async () => {
    const { controller, leadsTo, world } = await staffedScene();
    const service = await controller.service("web");
    const before = await service.info();
    const after = await service.update({ scheduler: "wrr", ports: [{ published: 9090, target: 80 }] });
    expect(after.networks).toEqual(before.networks);
    expect(after).toMatchObject({ version: 2, scheduler: "wrr" });
    expect(leadsTo()).toHaveLength(2);
    expect(balances(world).map(({ port }) => port)).not.toContain("tcp 0.0.0.0:8080");
    expect(balances(world).map(({ port }) => port)).toContain("tcp 0.0.0.0:9090");
    expect(await controller.doctor()).toEqual([]);
    expect((await service.update({ affinity: 60 })).affinity).toBe(60);
    expect((await service.update({ labels: {} })).affinity).toBe(60);
    expect(await service.update({ affinity: undefined })).not.toHaveProperty("affinity");
    await expect(service.update({ networks: [] })).rejects.toMatchObject({ code: "invalid-options" });
  });

  it("keeps its balancer over an update as long as that can do what is asked", async () => {
    const at = await serviceScene();
    await at.controller.createNetwork(NETWORK);
    const service = await at.controller.createService(WEB);
    const counting: Balancer = { ...fakeBalancer(), name: "counting", lacks: () => undefined };
    Object.assign(at.platform, { balancers: [counting, ...at.platform.balancers] });
    expect((await service.update({ scheduler: "wrr" })).balancer).toBe("fake");
    expect((await service.update({ scheduler: "lc" })).balancer).toBe("counting");
    expect((await service.update({ scheduler: "rr" })).balancer).toBe("counting");
    expect((await service.update({ balancer: "fake" })).balancer).toBe("fake");
  });

  it("leaves nothing behind: its tasks are plain endpoints then, and its address is free", async () => {
    const { controller, world, platform } = await staffedScene();
    await (await controller.service("web")).remove();
    expect(balances(world)).toEqual([]);
    expect(platform.heldPorts.size).toBe(0);
    expect(await controller.services()).toEqual([]);
    expect(await controller.doctor()).toEqual([]);
    for (const sandbox of await controller.sandboxes()) {
      for (const endpoint of await sandbox.endpoints()) expect((await endpoint.info()).task).toBeUndefined();
      await sandbox.remove();
    }
    await (await controller.network("app")).remove();
    const records = Object.keys(await world.records()).filter((key) => !key.startsWith("ipam/"));
    expect(records).toEqual([]);
  });

  it("has the ports of its tasks open as it is at last, whatever it was while they joined and left", async () => {
    const at = await staffedScene();
    const service = await at.controller.service("web");
    const [leaving] = await service.tasks();
    for (let turns = 0; turns < 40; turns++) {
      const name = `task${turns}`;
      const closed = service.update({ ports: [{ published: 8080, target: 81 }] });
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const joined = at.join(name, "web");
      if (turns === 20) await leaving?.leave();
      await Promise.all([closed, service.update({ ports: WEB.ports }), joined]);
      expect(await at.controller.doctor(), `${turns} turns later`).toEqual([]);
    }
  });

  it("keeps its network from being removed", async () => {
    const at = await serviceScene();
    const network = await at.controller.createNetwork(NETWORK);
    await at.controller.createService(WEB);
    await expect(network.remove()).rejects.toMatchObject({ kind: "forbidden", code: "active-services" });
  });

  it("undoes all of itself when the host refuses its port, or the name is taken", async () => {
    const at = await serviceScene();
    await at.controller.createNetwork(NETWORK);
    at.world.host.takenPorts.set("tcp 0.0.0.0:8080", "nginx (pid 7)");
    await expect(at.controller.createService(WEB)).rejects.toMatchObject({ code: "port-in-use" });
    expect(await at.controller.services()).toEqual([]);
    at.world.host.takenPorts.clear();
    await at.controller.createService(WEB);
    await expect(at.controller.createService(WEB)).rejects.toMatchObject({ kind: "conflict", code: "name-in-use" });
  });

  it("says why nothing here can balance it", async () => {
    const at = await serviceScene();
    await at.controller.createNetwork(NETWORK);
    await expect(at.controller.createService({ ...WEB, scheduler: "lc" })).rejects.toMatchObject({
      kind: "unsupported",
      code: "no-balancer",
      message: "service web cannot be balanced on this host: fake: scheduler lc: a fake host counts no connections",
    });
    await expect(at.controller.createService({ ...WEB, balancer: "ipvs" })).rejects.toMatchObject({
      kind: "invalid",
      code: "unknown-balancer",
    });
  });

  it("is there after a restart, as it was", async () => {
    const at = await staffedScene();
    const before = await (await at.controller.service("web")).info();
    await at.controller.close();
    at.world.host.reboot();
    for (const name of ["client", "web1", "web2"]) at.world.host.namespaces.set(`/ns/${name}`, []);
    const again = await serviceScene(at.world);
    expect(await (await again.controller.service("web")).info()).toEqual(before);
    expect(again.leadsTo()).toHaveLength(2);
    expect(again.platform.heldPorts.get("tcp 0.0.0.0:8080")).toBe(1);
    expect(await again.controller.doctor()).toEqual([]);
  });
});

describe("names of a service", () => {
  it("follow its tasks' health at once", async () => {
    const { controller } = await staffedScene();
    using names = await createDiscovery(controller);
    const client = await controller.sandbox("client");
    const ask = (name: string, type = "A"): readonly unknown[] => {
      const verdict = names.resolve(client.id, { name, type });
      return verdict.type === "answer" ? verdict.records.map((record) => record.data) : [verdict.type];
    };
    const { networks } = await (await controller.service("web")).info();
    const vip = networks[0]?.vips[0]?.address.replace("/24", "") ?? "";
    expect(ask("web")).toEqual([vip]);
    expect(ask("web.app")).toEqual([vip]);
    expect(ask("web", "AAAA")).toHaveLength(1);
    expect(ask("tasks.web")).toHaveLength(2);
    expect(ask(`${vip.split(".").toReversed().join(".")}.in-addr.arpa`, "PTR")).toEqual(["web.app"]);
    const [task] = await (await controller.service("web")).tasks();
    await task?.setHealth("unhealthy");
    expect(ask("tasks.web")).toHaveLength(1);
    expect(ask("web")).toEqual([vip]);
    await (await controller.service("web")).remove();
    expect(ask("web")).toEqual(["forward"]);
  });
});
