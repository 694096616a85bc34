import { describe, expect, it } from "vitest";
import { balances, staffedScene } from "../testing/service-scene.ts";
import type { ControllerOptions } from "./controller-options.ts";
import type { ControllerEvents } from "./events.ts";

describe("a change of a service", () => {
  it("leaves with a sandbox that has not been told of its change yet: from then on nobody knows where it was", async () => {
    let goOn = () => {};
    let reached = () => {};
    const atGate = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const at = await staffedScene((step) => {
      if (!step.startsWith("add link /ns/client/eth1")) return;
      reached();
      return gate;
    });
    const left: string[] = [];
    at.controller.on("endpoint.leave", ({ endpoint: { id } }) => {
      left.push(...balances(at.world).flatMap(({ key, owner }) => (owner.id === id ? [key] : [])));
    });
    await at.controller.createNetwork({ name: "other" });
    const client = await at.controller.sandbox("client");
    const joining = client.join("other");
    await atGate;
    const leaving = client.remove();
    const told = new Promise((resolve) => at.controller.on("service.tasks", resolve));
    const changing = (await at.controller.service("web")).update({ ports: [{ published: 8081, target: 80 }] });
    await told;
    goOn();
    await Promise.all([joining, leaving, changing]);
    expect(left).toEqual([]);
    expect(await at.controller.doctor()).toEqual([]);
  });

  describe("that a sandbox could not be told of", () => {
    const ports = (published: number) => [{ published, target: published }];
    const untold = async (options?: Partial<ControllerOptions>) => {
      let isBroken = false;
      const at = await staffedScene((step) => {
        if (isBroken && /^(add|remove|alter) balance .*client/.test(step)) throw new Error("no more rules");
      }, options);
      const events: ControllerEvents["service.untold"][] = [];
      at.controller.on("service.untold", (event) => events.push(event));
      isBroken = true;
      const service = await at.controller.service("web");
      await service.update({ ports: ports(8081) });
      isBroken = false;
      const ofClient = () => balances(at.world).filter(({ namespace }) => namespace === "/ns/client");
      return { ...at, service, events, ofClient };
    };

    it("is had as it was before, and tells who has it so", async () => {
      const { events, ofClient, controller, service } = await untold();
      expect(ofClient().flatMap(({ leadsTo }) => leadsTo)).toContainEqual(expect.stringMatching(/:80 weight 1$/));
      const [client] = await (await controller.sandbox("client")).endpoints();
      const told = { serviceId: service.id, endpoint: { id: client?.id }, error: { message: "no more rules" } };
      expect(events).toMatchObject([told]);
      expect(await controller.doctor()).not.toEqual([]);
    });

    it("goes as it is there when the sandbox leaves: nobody would find it any more", async () => {
      const { ofClient, controller, world } = await untold();
      const left: string[] = [];
      controller.on("endpoint.leave", () => left.push(...ofClient().map(({ key }) => key)));
      await (await controller.sandbox("client")).remove();
      expect(left).toEqual([]);
      expect(world.host.namespaces.has("/ns/client")).toBe(true);
      expect(await controller.doctor()).toEqual([]);
    });

    it("becomes with the next change what it is by then", async () => {
      const { ofClient, controller, service, events } = await untold();
      await service.update({ ports: ports(8082) });
      expect(new Set(ofClient().flatMap(({ leadsTo }) => leadsTo.map((task) => task.replace(/.*:/, ""))))).toEqual(
        new Set(["8082 weight 1"]),
      );
      expect(events).toHaveLength(1);
      expect(await controller.doctor()).toEqual([]);
    });

    it("is mended by a repair, which follows by itself where drift is mended so", async () => {
      const at = await untold({ autoRepair: true });
      await new Promise((resolve) => at.controller.on("repair", resolve));
      expect(await at.controller.doctor()).toEqual([]);
      await (await at.controller.sandbox("client")).remove();
      expect(at.ofClient()).toEqual([]);
    });
  });
});
