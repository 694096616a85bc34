import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createController, memoryStore } from "@cnm/core";
import { balancerModelConformance } from "@cnm/core/testing";
import { HcnBalancerWorld } from "@cnm/windows/testing";
import { afterAll, describe, expect, it } from "vitest";
import { emulatedPlatform } from "./support/emulated-host.ts";
import { type EmulatorSettings, openEmulator } from "./support/emulator.ts";

const emulator = openEmulator();
const log = join(tmpdir(), `cnm-balancer-${process.pid}.jsonl`);

async function open(settings: EmulatorSettings = { Version: "15.5" }) {
  emulator.configure(settings);
  emulator.reset();
  const platform = await emulatedPlatform();
  return { platform, controller: await createController({ platform, store: memoryStore() }) };
}

describe("the HCN balancer against the emulator", () => {
  const opened = open();
  const world = opened.then(({ controller, platform }) => HcnBalancerWorld.open(controller, platform));
  afterAll(async () => (await opened).controller.close());
  balancerModelConformance("hcn", () => world, { describe, it });
});

describe("a service on Windows", () => {
  afterAll(() => {
    emulator.configure({ Log: "", Version: "15.5" });
    rmSync(log, { force: true });
    emulator[Symbol.dispose]();
  });

  it.each([
    // From 15.5 on a load balancer changes in place; before, it is made anew.
    ["15.5", "HcnModifyLoadBalancer"],
    ["11.10", "HcnDeleteLoadBalancer"],
  ])("on HNS %s leads to its tasks, as the call log tells", async (Version, changing) => {
    rmSync(log, { force: true });
    const { controller } = await open({ Version, Log: log });
    await controller.createNetwork({
      name: "lan",
      driver: "l2bridge",
      ipam: { driver: "default", subnets: ["10.7.0.0/24"] },
    });
    const web = await controller.createService({
      name: "web",
      networks: ["lan"],
      ports: [{ published: 18_080, target: 80 }],
    });
    for (const name of ["a", "b"]) {
      await (await controller.createSandbox({ name })).join("lan", { service: "web" });
    }
    expect(emulator.counters().Objects["LoadBalancers"]).toBe(2);
    expect(await controller.doctor()).toEqual([]);
    for (const box of await controller.sandboxes()) await box.remove();
    await web.remove();
    await (await controller.network("lan")).remove();
    await controller.close();
    const calls = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const names = calls.map(({ Function: name }) => name).filter((name) => name.includes("LoadBalancer"));
    expect(names).toContain("HcnCreateLoadBalancer");
    expect(names).toContain(changing);
    const { Objects, Handles, Strings } = emulator.counters();
    expect(Object.values(Objects).every((count) => count === 0)).toBe(true);
    expect(Object.entries(Handles).filter(([, count]) => count > 0)).toEqual([]);
    expect(Strings).toBe(0);
  });
});
