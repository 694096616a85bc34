import { type Controller, createController, memoryStore } from "@cnm/core";
import { FakeNameServers } from "@cnm/core/testing";
import { createWindowsPlatform, openHcnClient } from "@cnm/windows";
import { blindInspector } from "@cnm/windows/testing";
import { afterAll, describe, expect, it } from "vitest";
import { type EmulatorFault, emulatorPaths, openEmulator } from "./support/emulator.ts";

/** In ms: while a call hangs, calls are given up then. Nothing is said about how long anything takes. */
const GIVE_UP = 1_500;

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
  { what: "a network", prepare: async () => undefined, operate: network },
  { what: "a sandbox", prepare: async () => undefined, operate: sandbox },
  { what: "a join", prepare: prepareJoin, operate: join },
] as const;

const emulator = openEmulator();
afterAll(() => emulator[Symbol.dispose]());
let injected = 0;
let hanging = false;
let lost: readonly (readonly [string, number])[] = [];

describe("whatever call of the DLL goes wrong, nothing is left half-made", () => {
  for (const { what, prepare, operate } of OPERATIONS) {
    for (const [words, fault] of Object.entries(FAULTS)) {
      it(`${what}: a call ${words}`, async () => {
        for (const [name, Call] of await callsOf(prepare, operate)) {
          const where = `call ${Call} of ${name}`;
          // The runner ends what says nothing for long.
          console.log(where);
          emulator.reset();
          const controller = await open();
          await prepare(controller);
          const before = emulator.counters().Objects;
          const failure = await withFault({ Function: name, Call, Times: 1, ...fault }, () => operate(controller));
          await controller.close();
          const { Objects, Handles, Strings } = emulator.counters();
          // A handle that the DLL did not close when it was told to stays open, whatever we do.
          if (String(failure).includes("HcnClose")) lost = heldOpen(Handles);
          expect(heldOpen(Handles), `${where}: ${failure}`).toEqual(lost);
          expect(Strings, where).toBe(0);
          injected++;
          if (failure === undefined) continue;
          expect(String(failure), where).toMatch(/80004005|E_FAIL|does not answer/);
          expect(Objects, `after ${where}: ${failure}`).toEqual(before);
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

type Work = (controller: Controller) => Promise<unknown>;

/** Each call of the DLL that the operation makes: function, and which call of it. */
async function callsOf(prepare: Work, operate: Work): Promise<readonly (readonly [string, number])[]> {
  emulator.reset();
  const controller = await open();
  await prepare(controller);
  // Counting begins anew with it.
  emulator.configure({ Faults: [] });
  await operate(controller);
  const { Calls } = emulator.counters();
  await controller.close();
  return Object.entries(Calls).flatMap(([name, count]) =>
    Array.from({ length: count }, (_, at) => [name, at + 1] as const),
  );
}

/** How the operation fails, if it does. */
async function withFault(fault: EmulatorFault, operate: () => Promise<unknown>): Promise<unknown> {
  emulator.configure({ Faults: [fault] });
  hanging = fault.Hang === true;
  const failure = await operate().then(
    () => undefined,
    (error: unknown) => error,
  );
  emulator.configure({ Faults: [] });
  emulator.release();
  hanging = false;
  return failure;
}

async function open(): Promise<Controller> {
  const { computenetwork, vmcompute } = emulatorPaths();
  const nameServers = new FakeNameServers();
  const platform = createWindowsPlatform({
    client: await openHcnClient({ libraries: { computenetwork, vmcompute } }),
    compartments: {
      openNameServer: async (spec) => nameServers.open(spec),
      upstream: nameServers.upstream,
      connect: () => Promise.reject(new Error("nothing is connected here")),
      close: async () => undefined,
    },
    facts: { id: "wine", ipv6: true, mtu: 1500 },
    inspector: blindInspector,
    openSocket: async () => ({ close: async () => undefined }),
    startLimit: (expire) => {
      if (!hanging) return () => undefined;
      const timer = setTimeout(expire, GIVE_UP);
      return () => clearTimeout(timer);
    },
    pause: async () => undefined,
  });
  return await createController({ platform, store: memoryStore() });
}
