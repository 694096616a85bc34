import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CnmError } from "../errors/cnm-error.ts";
import { memoryStore } from "../store/memory-store.ts";
import { FAKE_SEGMENT_SIZE } from "../testing/fake-bridge.ts";
import { FakeWorld } from "../testing/fake-world.ts";
import type { Controller } from "./controller.ts";

const NETWORKS = ["red", "green"] as const;
const SANDBOXES = ["a", "b", "c"] as const;

type Operation =
  | { readonly do: "create network" | "remove network"; readonly network: string }
  | { readonly do: "create sandbox" | "remove sandbox"; readonly sandbox: string }
  | { readonly do: "join"; readonly network: string; readonly sandbox: string; readonly port: number | undefined }
  | { readonly do: "leave"; readonly network: string; readonly sandbox: string };

const network = fc.constantFrom(...NETWORKS);
const sandbox = fc.constantFrom(...SANDBOXES);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constantFrom("create network", "remove network"), network }),
  fc.record({ do: fc.constantFrom("create sandbox", "remove sandbox"), sandbox }),
  fc.record({
    do: fc.constant("join" as const),
    network,
    sandbox,
    port: fc.option(fc.integer({ min: 8000, max: 8002 }), { nil: undefined }),
  }),
  fc.record({ do: fc.constant("join" as const), network, sandbox, port: fc.constant(undefined) }),
  fc.record({ do: fc.constant("leave" as const), network, sandbox }),
);

/** What one process does until it is killed, at which of the steps of host and store. */
const life = fc.record({
  operations: fc.array(operation, { minLength: 3, maxLength: 20 }),
  atOnce: fc.integer({ min: 1, max: 4 }),
  killedAt: fc.integer({ min: 1, max: 150 }),
});

describe("a process that is killed at any step", () => {
  it("leaves what the next one makes whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
        const world = new FakeWorld(memoryStore());
        for (const { operations, atOnce, killedAt } of lives) {
          await live(world, operations, atOnce, killedAt);
          await expectWhole(world);
        }
        await clear(world);
        expect(world.host.snapshot()).toEqual([]);
        expect(world.host.settings.get("forwarding")).toBe("0");
        expect(await world.records()).toEqual({});
      }),
      { numRuns: 200 },
    );
  });

  it("leaves no connection to a port whose default route was passing to another network", async () => {
    const join = { do: "join", sandbox: "a" } as const;
    for (let killedAt = 1; killedAt < 40; killedAt++) {
      const world = new FakeWorld(memoryStore());
      const before: readonly Operation[] = [
        ...NETWORKS.map((network) => ({ do: "create network", network }) as const),
        { do: "create sandbox", sandbox: "a" },
        { ...join, network: "green", port: 8000 },
      ];
      await live(world, before, 1, Number.POSITIVE_INFINITY);
      await expectWhole(world);
      await live(world, [{ ...join, network: "red", port: undefined }], 1, killedAt);
      await expectWhole(world);
    }
  });
});

/** Resolves when the process has done everything or is dead. */
async function live(
  world: FakeWorld,
  operations: readonly Operation[],
  atOnce: number,
  killedAt: number,
): Promise<void> {
  let steps = 0;
  let die = (): void => undefined;
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  const onStep = (): void | Promise<void> => {
    if (++steps < killedAt) return;
    die();
    return new Promise<never>(() => undefined);
  };
  const queue = [...operations];
  const work = async (controller: Controller) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await operate(controller, next);
  };
  const whole = world.open({}, onStep).then(async ({ controller }) => {
    await Promise.all(Array.from({ length: atOnce }, () => work(controller)));
    await controller.close();
  });
  await Promise.race([whole, dead]);
}

/** Refusals are part of life: a name is taken, a network is in use. */
async function operate(controller: Controller, operation: Operation): Promise<void> {
  try {
    await perform(controller, operation);
  } catch (error) {
    if (!(error instanceof CnmError) || !["not-found", "conflict", "forbidden"].includes(error.kind)) throw error;
  }
}

async function perform(controller: Controller, operation: Operation): Promise<void> {
  switch (operation.do) {
    case "create network":
      await controller.createNetwork({
        name: operation.network,
        ipv6: operation.network === "red",
        options: operation.network === "red" ? { [FAKE_SEGMENT_SIZE]: "1" } : {},
      });
      return;
    case "remove network":
      await (await controller.network(operation.network)).remove();
      return;
    case "create sandbox":
      await controller.createSandbox({ name: operation.sandbox });
      return;
    case "remove sandbox":
      await (await controller.sandbox(operation.sandbox)).remove();
      return;
    case "join": {
      const ports = operation.port === undefined ? [] : [`${operation.port}:80`];
      await (await controller.sandbox(operation.sandbox)).join(operation.network, { ports });
      return;
    }
    case "leave": {
      const endpoints = await (await controller.sandbox(operation.sandbox)).endpoints();
      for (const endpoint of endpoints) {
        const { networkId } = await endpoint.info();
        if (networkId === (await controller.network(operation.network)).id) await endpoint.leave();
      }
    }
  }
}

async function expectWhole(world: FakeWorld): Promise<void> {
  const { controller, platform } = await world.open();
  expect(await controller.doctor()).toEqual([]);
  const records = [
    ...(await Promise.all((await controller.networks()).map((handle) => handle.info()))),
    ...(await Promise.all((await controller.sandboxes()).map((handle) => handle.info()))),
  ];
  expect(records.every(({ state }) => state === "ready")).toBe(true);

  const endpoints = [];
  for (const handle of await controller.sandboxes()) {
    const own = await Promise.all((await handle.endpoints()).map((endpoint) => endpoint.info()));
    endpoints.push(...own);
    const interfaces = own.map(({ interfaceName }) => interfaceName);
    expect(new Set(interfaces).size).toBe(interfaces.length);
    // Whoever can carry the default route: exactly one does.
    expect(own.filter(({ gateway }) => gateway.ipv4)).toHaveLength(Math.min(own.length, 1));
  }
  const addresses = endpoints.flatMap((endpoint) => endpoint.addresses.map(({ address }) => address));
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(endpoints.every(({ state }) => state === "ready")).toBe(true);
  const ports = endpoints.flatMap((endpoint) => endpoint.ports);
  expect(platform.heldPorts.size).toBe(ports.length);
  expectNoStrayFlows(world);
  await controller.close();

  const kept = Object.keys(await world.records());
  const inUse = Object.entries(await world.records()).filter(
    ([key, value]) => key.startsWith("ipam/") && typeof value === "object" && value !== null && "owner" in value,
  );
  expect(inUse).toHaveLength(addresses.length);
  expect(kept.filter((key) => key.startsWith("endpoint/"))).toHaveLength(endpoints.length);
}

/** Nobody is led any more to where no port leads. Then somebody talks to all ports, for the next time. */
function expectNoStrayFlows({ host }: FakeWorld): void {
  const before = [...host.flows];
  host.flows.clear();
  host.speak();
  for (const [port, target] of before) expect(host.flows.get(port)).toBe(target);
}

async function clear(world: FakeWorld): Promise<void> {
  const { controller } = await world.open();
  for (const handle of await controller.sandboxes()) await handle.remove();
  for (const handle of await controller.networks()) await handle.remove();
  await controller.close();
}
