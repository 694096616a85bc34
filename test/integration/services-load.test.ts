import { once } from "node:events";
import type { EndpointHandle } from "@cnm/core";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { said } from "../support/conversation.ts";
import { enterFreshHost } from "../support/host.ts";
import { type Path, ServiceLoad } from "../support/service-load.ts";
import { ServiceScene } from "../support/service-scene.ts";
import { patience } from "../support/slowness.ts";
import { TaskProgram } from "../support/task-program.ts";

const host = enterFreshHost();
const neighbour = host.makeNeighbour();
const programs = new Map<string, TaskProgram>();
let scene: ServiceScene | undefined;

afterEach(async () => {
  for (const program of programs.values()) await program.kill();
  programs.clear();
  await scene?.close();
  scene = undefined;
});
afterAll(() => host.close());

async function open(): Promise<ServiceScene> {
  scene = await ServiceScene.open(host, { drainTimeout: 60 }, { tasks: 0 });
  return scene;
}

/** A task whose program listens before connections can come to it. */
async function startTask({ world }: ServiceScene, name: string): Promise<EndpointHandle> {
  const box = await world.cnm.createSandbox({ name });
  programs.set(name, await TaskProgram.start(await world.inside(box), name, 80));
  return box.join("app", { service: "web" });
}

/** From a sandbox to the virtual IP, and from another host to the published port, in both families. */
const pathsTo = ({ client, vips }: ServiceScene): readonly Path[] => [
  { from: client, address: vips[4], port: 8080 },
  { from: client, address: vips[6], port: 8080 },
  { from: neighbour, address: "192.0.2.1", port: 8080 },
  { from: neighbour, address: "2001:db8::1", port: 8080 },
];

describe("a service under load", () => {
  it("loses with a task that is killed the connections to that task, and none once it is unhealthy", async () => {
    const at = await open();
    const tasks = [await startTask(at, "web1"), await startTask(at, "web2"), await startTask(at, "web3")];
    const held = [];
    for (const { from, address, port } of pathsTo(at)) {
      for (let count = 0; count < 6; count++) {
        const socket = await at.world.talk.open(from, address, port);
        held.push({ socket, task: await said(socket) });
      }
    }
    const load = new ServiceLoad(at.world.talk);
    // 200 a second.
    load.run(pathsTo(at), { width: 4, life: 80 });
    await load.reaches(200);
    expect(load.failures).toEqual([]);

    const before = load.ended;
    const broken = Promise.all(held.flatMap(({ socket, task }) => (task === "web2" ? [once(socket, "close")] : [])));
    for (const { socket } of held) socket.on("error", () => undefined);
    await programs.get("web2")?.kill();
    await load.reaches(before + 100);
    await tasks[1]?.setHealth("unhealthy");
    // Those that had begun by then.
    await load.reaches(load.ended + 16);
    const failed = load.failures.length;
    const meanwhile = load.ended - before;
    await load.reaches(load.ended + 400);
    await load.stop();

    expect(failed).toBeGreaterThan(0);
    // Every third connection is that task's, on each of four paths.
    expect(failed).toBeLessThanOrEqual(meanwhile / 3 + 4 * 2);
    expect(load.failures.filter((failure) => !/ECONNREFUSED|ECONNRESET|EPIPE|has ended/.test(failure))).toEqual([]);
    expect(load.failures.slice(failed)).toEqual([]);
    await broken;
    for (const { socket, task } of held.filter((one) => one.task !== "web2")) {
      socket.write("?");
      expect(await said(socket)).toBe(task);
      socket.destroy();
    }
    expect(held.filter(({ task }) => task === "web2")).toHaveLength(8);
  });

  it("loses none of 20,000 connections while each task in turn is drained and replaced", {
    timeout: patience(300_000),
  }, async () => {
    const at = await open();
    const old = ["web1", "web2", "web3"];
    const tasks = new Map<string, EndpointHandle>();
    for (const name of old) tasks.set(name, await startTask(at, name));
    const load = new ServiceLoad(at.world.talk);
    load.run(pathsTo(at), { width: 32, life: 100 });
    for (const [index, name] of old.entries()) {
      await load.reaches((index + 1) * 4_000);
      const task = tasks.get(name);
      await task?.leave();
      // Whoever still talked to it would notice.
      await programs.get(name)?.kill();
      await (await at.world.cnm.sandbox(name)).remove();
      await startTask(at, `new${index + 1}`);
    }
    const settled = { ...load.answers };
    await load.reaches(Math.max(20_000, load.ended + 1_000));
    await load.stop();

    expect(at.world.complaints).toEqual([]);
    expect(load.failures).toEqual([]);
    expect(load.ended).toBeGreaterThanOrEqual(20_000);
    expect(Object.keys(load.answers).sort()).toEqual(["new1", "new2", "new3", ...old]);
    for (const name of old) expect(load.answers[name]).toBe(settled[name]);
  });
});
