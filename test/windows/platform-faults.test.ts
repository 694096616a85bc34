import { type Controller, createController, memoryStore } from "@cnm/core";
import { FakeNameServers } from "@cnm/core/testing";
import { createWindowsPlatform, openHcnClient } from "@cnm/windows";
import { blindInspector } from "@cnm/windows/testing";
import { afterAll, describe, expect, it } from "vitest";
import { type Emulator, type EmulatorFault, emulatorPaths, openEmulator } from "./support/emulator.ts";

/** In ms: a call that hangs is given up then. Nothing is said about how long anything takes. */
const GIVE_UP = 250;

const FAULTS: Readonly<Record<string, Omit<EmulatorFault, "Function">>> = {
  "fails before it does anything": { Result: "80004005", When: "before" },
  "fails after it is done": { Result: "80004005", When: "after" },
  "hangs before it does anything": { Hang: true, When: "before" },
};

const network = (controller: Controller) =>
  controller.createNetwork({ name: "web", ipam: { subnets: ["10.7.0.0/24"] } });
const sandbox = (controller: Controller) => controller.createSandbox({ name: "box" });
const join = async (controller: Controller) => (await controller.sandbox("box")).join("web", { ports: ["8080:80"] });
const prepareJoin = async (controller: Controller) => {
  await network(controller);
  await sandbox(controller);
};

const OPERATIONS = [
  { name: "a network", prepare: async () => undefined, operate: network },
  { name: "a sandbox", prepare: async () => undefined, operate: sandbox },
  { name: "a join", prepare: prepareJoin, operate: join },
] as const;

const emulator = openEmulator();
afterAll(() => emulator[Symbol.dispose]());
let injected = 0;

describe("whatever call of the DLL goes wrong, nothing is left half-made", () => {
  for (const { name, prepare, operate } of OPERATIONS) {
    for (const [words, fault] of Object.entries(FAULTS)) {
      it(`${name}: a call ${words}`, async () => {
        for (let call = 1; ; call++) {
          emulator.reset();
          const controller = await open();
          await prepare(controller);
          const before = emulator.counters().Objects;
          const reached = await withFault(emulator, { Function: "*", Call: call, ...fault }, () => operate(controller));
          await controller.close();
          const { Objects, Handles, Strings } = emulator.counters();
          expect(heldOpen(Handles), `call ${call}`).toEqual([]);
          expect(Strings, `call ${call}`).toBe(0);
          if (!reached.struck) break;
          injected++;
          if (reached.failure === undefined) continue;
          expect(String(reached.failure)).toMatch(/80004005|E_FAIL|does not answer/);
          expect(Objects, `after call ${call}: ${reached.failure}`).toEqual(before);
        }
      }, 300_000);
    }
  }

  it("that was more than 50 faults", () => {
    console.log(`${injected} faults injected`);
    expect(injected).toBeGreaterThan(50);
  });
});

const heldOpen = (handles: Readonly<Record<string, number>>) =>
  Object.entries(handles).filter(([kind, count]) => count > 0 && kind !== "Callback");

async function withFault(emulator: Emulator, fault: EmulatorFault, operate: () => Promise<unknown>) {
  emulator.configure({ Faults: [fault] });
  const failure = await operate().then(
    () => undefined,
    (error: unknown) => error,
  );
  const made = Object.values(emulator.counters().Calls).reduce((sum, count) => sum + count, 0);
  emulator.configure({ Faults: [] });
  emulator.release();
  return { struck: made >= (fault.Call ?? 1), failure };
}

async function open(): Promise<Controller> {
  const { computenetwork, vmcompute } = emulatorPaths();
  const nameServers = new FakeNameServers();
  const platform = createWindowsPlatform({
    client: await openHcnClient({ libraries: { computenetwork, vmcompute } }),
    compartments: {
      openNameServer: async (spec) => nameServers.open(spec),
      upstream: nameServers.upstream,
      close: async () => undefined,
    },
    facts: { id: "wine", ipv6: true, mtu: 1500 },
    inspector: blindInspector,
    openSocket: async () => ({ close: async () => undefined }),
    startLimit: (expire) => {
      const timer = setTimeout(expire, GIVE_UP);
      return () => clearTimeout(timer);
    },
    pause: async () => undefined,
  });
  return await createController({ platform, store: memoryStore() });
}
