import { describe, expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import type { FakeBalance } from "../testing/fake-resource.ts";
import { FakeWorld } from "../testing/fake-world.ts";
import type { ControllerEvents } from "./events.ts";

const CHECK = { tcp: 80, interval: 10, retries: 2 };

async function scene(options: { readonly health?: object } = { health: CHECK }, world = new FakeWorld(memoryStore())) {
  const clock = new FakeClock();
  const programs: (readonly string[])[] = [];
  const ends = { status: 0, output: "fine" };
  const steps: string[] = [];
  const { controller, platform } = await world.open(
    {
      clock,
      runInSandbox: async ({ name }, command) => {
        programs.push([name, ...command]);
        return ends;
      },
    },
    (step) => void steps.push(step),
  );
  const told: ControllerEvents["task.health"][] = [];
  controller.on("task.health", (event) => void told.push(event));
  if ((await controller.networks()).length === 0) {
    await controller.createNetwork({ name: "app", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } });
    const ports = [{ published: 8080, target: 80 }];
    await controller.createService({ name: "web", networks: ["app"], ports, drainTimeout: 0, ...options });
    world.host.namespaces.set("/ns/client", []);
    await (await controller.createSandbox({ name: "client", netns: "/ns/client" })).join("app");
  }
  const service = await controller.service("web");
  return {
    ...{ world, clock, controller, platform, service, programs, ends, steps, told },
    async join(name: string, more: object = {}) {
      world.host.namespaces.set(`/ns/${name}`, []);
      const sandbox = await controller.createSandbox({ name, netns: `/ns/${name}` });
      const task = await sandbox.join("app", { service: "web", ...more });
      const [address = ""] = (await task.info()).addresses.map((one) => one.address.replace(/\/.*/, ""));
      return { task, sandbox, address, health: async () => (await task.info()).task?.health };
    },
    weights: () =>
      [...world.host.objects.values()]
        .filter((one): one is FakeBalance => one.kind === "balance" && one.namespace === "/ns/client")
        .find(({ port }) => port.includes("10.7."))
        ?.leadsTo.map((target) => target.replace(/.*weight /, "")),
    /** Second by second, with all that follows from each. */
    async pass(ms: number) {
      await quiet();
      for (let left = ms; left > 0; left -= 1_000) {
        await clock.pass(Math.min(left, 1_000));
        await quiet();
      }
    },
    connects: () => steps.filter((step) => step.startsWith("connect")).length,
  };
}

/** Locks, spreading and records take a few turns. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await settled();
}

describe("a task whose health is tested", () => {
  it("takes no connections until it passes, and none while it fails", async () => {
    const at = await scene();
    const { address, health, task } = await at.join("web1");
    expect(await health()).toBe("starting");
    expect(at.weights()).toEqual(["0"]);
    at.world.host.listening.add(`${address}:80`);
    await at.pass(250);
    expect([await health(), at.weights()]).toEqual(["healthy", ["1"]]);

    at.world.host.listening.clear();
    await at.pass(10_000);
    expect([await health(), at.weights()]).toEqual(["healthy", ["1"]]);
    await at.pass(10_000);
    expect([await health(), at.weights()]).toEqual(["unhealthy", ["0"]]);
    expect(task.healthReport()).toMatchObject({ failures: 2, since: expect.any(String) });
    expect(task.healthReport()?.tests.map(({ passed }) => passed)).toEqual([false, true, false, false]);

    at.world.host.listening.add(`${address}:80`);
    await at.pass(10_000);
    expect([await health(), at.weights()]).toEqual(["healthy", ["1"]]);
    expect(at.told.map(({ before, health: now }) => `${before} ${now}`)).toEqual([
      "starting healthy",
      "healthy unhealthy",
      "unhealthy healthy",
    ]);
    expect(at.told[1]?.reason).toMatch(/^10\.7\.0\.\d+ port 80: ECONNREFUSED; fd07::\w+ port 80: ECONNREFUSED$/);
    expect(at.told[1]?.service.name).toBe("web");
    await at.controller.close();
    expect(at.clock.pending).toBe(0);
  });

  it("is tested as it says itself, or not at all", async () => {
    const at = await scene();
    const own = await at.join("web1", { health: { exec: ["check", "it"], interval: 3 } });
    const blind = await at.join("web2", { health: false });
    await quiet();
    expect(await own.health()).toBe("healthy");
    expect(await blind.health()).toBe("none");
    expect(at.programs).toEqual([["web1", "check", "it"]]);
    at.ends.status = 1;
    await at.pass(6_000);
    // Its service's number of retries holds for it as well.
    expect(await own.health()).toBe("unhealthy");
    expect(at.told.at(-1)?.reason).toBe("check ended with status 1: fine");
    expect(at.connects()).toBe(0);
    await at.controller.close();
  });

  it("is tested on after a restart, and keeps what was known until then", async () => {
    const at = await scene();
    const { address } = await at.join("web1");
    at.world.host.listening.add(`${address}:80`);
    await at.pass(1_000);
    await at.controller.close();
    expect(at.clock.pending).toBe(0);

    const again = await scene({}, at.world);
    const [task] = await again.service.tasks();
    const health = async () => (await task?.info())?.task?.health;
    expect([await health(), again.weights()]).toEqual(["healthy", ["1"]]);
    again.world.host.listening.clear();
    await again.pass(20_000);
    expect([await health(), again.weights()]).toEqual(["unhealthy", ["0"]]);
    await again.controller.close();
    expect(again.clock.pending).toBe(0);
  });

  it("is left alone when it leaves, when its sandbox goes, and when its service does", async () => {
    const at = await scene();
    const [one, two, three] = [await at.join("web1"), await at.join("web2"), await at.join("web3")];
    await at.pass(1_000);
    expect(at.clock.pending).toBe(3);
    await one.task.leave();
    await quiet();
    expect(at.clock.pending).toBe(2);
    await two.sandbox.remove();
    await quiet();
    expect(at.clock.pending).toBe(1);
    await at.service.remove();
    await quiet();
    expect(at.clock.pending).toBe(0);
    expect(await three.health()).toBeUndefined();
    const before = at.connects();
    await at.pass(100_000);
    expect(at.connects()).toBe(before);
    await at.controller.close();
  });

  it("is tested from an update on, without missing a connection; and after another one no more", async () => {
    const at = await scene({});
    const { address, health, task } = await at.join("web1");
    expect([await health(), at.weights()]).toEqual(["none", ["1"]]);
    await at.service.update({ health: CHECK });
    await at.pass(9_000);
    expect([await health(), at.weights()]).toEqual(["none", ["1"]]);
    await at.pass(1_000);
    expect([await health(), at.weights()]).toEqual(["unhealthy", ["0"]]);
    await at.service.update({ labels: { a: "b" } });
    expect(await health()).toBe("unhealthy");
    await at.service.update({ health: undefined });
    await quiet();
    expect([await health(), at.weights(), task.healthReport()]).toEqual(["none", ["1"], undefined]);
    expect(at.clock.pending).toBe(0);
    // What the embedder says is his.
    await task.setHealth("unhealthy");
    await at.service.update({ labels: {} });
    await quiet();
    expect(await health()).toBe("unhealthy");
    expect(at.world.host.listening.has(`${address}:80`)).toBe(false);
    await at.controller.close();
  });

  it("has failed when the test takes too long", async () => {
    const at = await scene({ health: { ...CHECK, retries: 1, timeout: 2 } });
    const { task, address, health } = await at.join("web1");
    at.world.host.listening.add(`${address}:80`);
    await at.pass(500);
    expect(await health()).toBe("healthy");
    at.platform.connect = (_, options) =>
      new Promise((_resolve, reject) => {
        options?.signal?.addEventListener("abort", () => reject(new Error("given up")));
      });
    await at.pass(12_500);
    expect(await health()).toBe("unhealthy");
    expect(task.healthReport()?.tests.at(-1)).toMatchObject({ passed: false, output: "no result within 2 s" });
    await at.controller.close();
    expect(at.clock.pending).toBe(0);
  });
});

describe("a check is refused", () => {
  it("where nobody can make its test", async () => {
    const { controller, platform } = await new FakeWorld(memoryStore()).open();
    const refused = { kind: "unsupported", code: "no-health-test" };
    await expect(controller.createService({ name: "web", health: { exec: ["true"] } })).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining("service web: no health test exec: nobody here runs programs in sandboxes"),
    });
    Object.defineProperty(platform, "connect", { value: undefined });
    await expect(controller.createService({ name: "web", health: { tcp: 80 } })).rejects.toMatchObject(refused);
    const service = await controller.createService({ name: "web" });
    await expect(service.update({ health: { http: "http://:80/" } })).rejects.toMatchObject(refused);
    await controller.close();
  });

  it("without a test, and for whoever is no task", async () => {
    const at = await scene({});
    await expect(at.join("web1", { health: { interval: 5 } })).rejects.toMatchObject({ code: "no-health-test" });
    await expect(at.controller.createService({ name: "x", health: { interval: 5 } })).rejects.toMatchObject({
      faults: ["health needs a test: tcp, http or exec"],
    });
    await expect(
      at.controller.createService({ name: "x", health: { tcp: 80, retries: 0, every: 3 } as object }),
    ).rejects.toMatchObject({
      faults: [
        "health.retries has to be from 1 to 10000, not 0",
        expect.stringMatching(/^health\.every is unknown; known are tcp, http, exec, /),
      ],
    });
    at.world.host.namespaces.set("/ns/plain", []);
    const plain = await at.controller.createSandbox({ name: "plain", netns: "/ns/plain" });
    await expect(plain.join("app", { health: { tcp: 80 } })).rejects.toMatchObject({
      faults: ["health is for tasks of a service"],
    });
    await at.controller.close();
  });
});
