import { describe, expect, it } from "vitest";
import { CnmError } from "../errors/cnm-error.ts";
import { memoryStore } from "../store/memory-store.ts";
import { FAKE_SEGMENT_SIZE } from "../testing/fake-bridge.ts";
import { FakeWorld, type OpenWorld } from "../testing/fake-world.ts";
import type { Controller } from "./controller.ts";

/** One operation that is to happen wholly or not at all, and what has to be there before it. */
interface Case {
  readonly name: string;
  readonly prepare?: (controller: Controller) => Promise<unknown>;
  readonly operate: (controller: Controller) => Promise<unknown>;
}

const bothNetworks = async (controller: Controller) => {
  await controller.createNetwork({ name: "web", ipam: { subnets: ["10.7.0.0/24", "fd07::/64"] } });
  await controller.createNetwork({ name: "db", ipam: { subnets: ["10.8.0.0/24"] } });
  await controller.createSandbox({ name: "box" });
};

const joined = async (controller: Controller) => {
  await bothNetworks(controller);
  const box = await controller.sandbox("box");
  await box.join("web", { ports: ["8080:80"] });
  await box.join("db");
};

/** The next one on that network gets a segment of its own. */
const oneOnSegments = async (controller: Controller) => {
  await controller.createNetwork({ name: "web", options: { [FAKE_SEGMENT_SIZE]: "1" } });
  for (const name of ["first", "box"]) await controller.createSandbox({ name });
  await (await controller.sandbox("first")).join("web");
};

const MAKING: readonly Case[] = [
  { name: "the first network", operate: (controller) => controller.createNetwork({ name: "web", ipv6: true }) },
  {
    name: "a second network",
    prepare: bothNetworks,
    operate: (controller) => controller.createNetwork({ name: "third" }),
  },
  { name: "a sandbox", operate: (controller) => controller.createSandbox({ name: "box" }) },
  {
    name: "a join",
    prepare: bothNetworks,
    operate: async (controller) => (await controller.sandbox("box")).join("web", { ports: ["8080:80", "81/udp"] }),
  },
  {
    name: "a join that takes the default route over",
    prepare: async (controller) => {
      await bothNetworks(controller);
      await (await controller.sandbox("box")).join("web", { ports: ["8080:80"] });
    },
    operate: async (controller) => (await controller.sandbox("box")).join("db", { gatewayPriority: 1 }),
  },
  {
    name: "a join on a segment that there was not",
    prepare: oneOnSegments,
    operate: async (controller) => (await controller.sandbox("box")).join("web", { ports: ["8080:80"] }),
  },
];

const REMOVING: readonly Case[] = [
  {
    name: "a leave that passes the default route on",
    prepare: joined,
    operate: async (controller) => {
      for (const endpoint of await (await controller.network("web")).endpoints()) await endpoint.leave();
    },
  },
  {
    name: "a sandbox with endpoints",
    prepare: joined,
    operate: async (controller) => (await controller.sandbox("box")).remove(),
  },
  {
    name: "a network",
    prepare: bothNetworks,
    operate: async (controller) => (await controller.network("db")).remove(),
  },
  {
    name: "the last network",
    prepare: (controller) => controller.createNetwork({ name: "web" }),
    operate: async (controller) => (await controller.network("web")).remove(),
  },
];

class Faults {
  /** The steps that fail, counted from the last {@link arm}. */
  #first = 0;
  #last = 0;
  steps: string[] = [];

  arm(first: number, last = first): void {
    this.#first = first;
    this.#last = last;
    this.steps = [];
  }

  readonly onStep = (step: string): void => {
    this.steps.push(step);
    if (this.steps.length >= this.#first && this.steps.length <= this.#last) throw new Error(`no ${step}`);
  };
}

async function prepared({ prepare }: Case): Promise<OpenWorld & { world: FakeWorld; faults: Faults }> {
  const world = new FakeWorld(memoryStore());
  const faults = new Faults();
  const open = await world.open({}, faults.onStep);
  await prepare?.(open.controller);
  return { ...open, world, faults };
}

/** What the host has, what the store says and which ports are held, once nothing is under way. */
async function stateOf(world: FakeWorld, { platform }: OpenWorld) {
  let before = "";
  for (let now = "{}"; now !== before; now = JSON.stringify(await world.records())) {
    before = now;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { host, heldPorts } = platform;
  return {
    host: host.snapshot(),
    settings: [...host.settings],
    records: await world.records(),
    ports: [...heldPorts],
  };
}

async function countSteps(subject: Case): Promise<number> {
  const open = await prepared(subject);
  open.faults.arm(0);
  await subject.operate(open.controller);
  await stateOf(open.world, open);
  return open.faults.steps.length;
}

async function expectHealthy({ controller }: OpenWorld, world: FakeWorld): Promise<void> {
  expect(await controller.doctor()).toEqual([]);
  await controller.close();
  const next = await world.open();
  expect(await next.controller.doctor()).toEqual([]);
  for (const sandbox of await next.controller.sandboxes()) await sandbox.remove();
  for (const network of await next.controller.networks()) await network.remove();
  await next.controller.close();
  expect(world.host.snapshot()).toEqual([]);
  expect(world.host.settings.get("forwarding")).toBe("0");
  expect(await world.records()).toEqual({});
}

describe("an operation that makes something, with a fault at each of its steps", () => {
  for (const subject of MAKING) {
    it(`${subject.name} is not there, or is there wholly`, async () => {
      const count = await countSteps(subject);
      expect(count).toBeGreaterThan(3);
      for (let at = 1; at <= count; at++) {
        const open = await prepared(subject);
        const before = await stateOf(open.world, open);
        open.faults.arm(at);
        const error = await subject.operate(open.controller).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        const step = open.faults.steps[at - 1];
        const after = await stateOf(open.world, open);
        open.faults.arm(0);
        if (error !== undefined) {
          expect(error, step).toBeInstanceOf(CnmError);
          expect(after, step).toEqual(before);
          // Nothing is kept taken: the same can be done now.
          await subject.operate(open.controller);
        }
        await expectHealthy(open, open.world);
      }
    });
  }
});

describe("an operation that removes something, with a fault at each of its steps", () => {
  for (const subject of REMOVING) {
    it(`${subject.name} can be removed again`, async () => {
      const count = await countSteps(subject);
      expect(count).toBeGreaterThan(3);
      const wanted = await prepared(subject);
      await subject.operate(wanted.controller);
      const gone = await stateOf(wanted.world, wanted);
      for (let at = 1; at <= count; at++) {
        const open = await prepared(subject);
        open.faults.arm(at);
        const error = await subject.operate(open.controller).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        const step = open.faults.steps[at - 1];
        open.faults.arm(0);
        if (error !== undefined) {
          expect(error, step).toBeInstanceOf(CnmError);
          await subject.operate(open.controller);
        }
        const after = await stateOf(open.world, open);
        expect(after.host.length, step).toBe(gone.host.length);
        // A socket that does not close stays open; that is all that the host could not do.
        if (step?.startsWith("release ") !== true) expect(after.ports, step).toEqual(gone.ports);
        await open.controller.repair();
        await expectHealthy(open, open.world);
      }
    });
  }
});

describe("an operation, when from one of its steps on everything fails", () => {
  for (const subject of [...MAKING, ...REMOVING]) {
    it(`${subject.name}: what is left is mended by a repair`, async () => {
      const count = await countSteps(subject);
      for (let at = 1; at <= count; at++) {
        const open = await prepared(subject);
        open.faults.arm(at, Number.POSITIVE_INFINITY);
        const error = await subject.operate(open.controller).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== undefined) expect(error).toBeInstanceOf(CnmError);
        await stateOf(open.world, open);
        open.faults.arm(0);
        await open.controller.repair();
        await expectHealthy(open, open.world);
      }
    });
  }
});
