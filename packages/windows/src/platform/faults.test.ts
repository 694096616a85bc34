import type { Controller } from "@cnm/core";
import { describe, expect, it } from "vitest";
import { HcnError } from "../hcn/hcn-error.ts";
import type { StartLimit } from "../resources/patient-hcn.ts";
import { FakeWindows } from "../testing/fake-windows.ts";
import type { OnHcnCall } from "../testing/stepped-hcn.ts";

/** One operation that is to happen wholly or not at all, and what has to be there before it. */
interface Case {
  readonly name: string;
  readonly prepare?: (controller: Controller) => Promise<unknown>;
  readonly operate: (controller: Controller) => Promise<unknown>;
}

const both = async (controller: Controller) => {
  await controller.createNetwork({ name: "web", ipam: { subnets: ["10.7.0.0/24"] } });
  await controller.createNetwork({ name: "lan", driver: "l2bridge", ipam: { subnets: ["10.8.0.0/24", "fd08::/64"] } });
  await controller.createSandbox({ name: "box" });
};

const joined = async (controller: Controller) => {
  await both(controller);
  const box = await controller.sandbox("box");
  await box.join("web", { ports: ["8080:80"] });
  await box.join("lan", { ports: ["81:81/udp"] });
};

const MAKING: readonly Case[] = [
  {
    name: "a network that HNS chooses the subnet of",
    operate: (controller) => controller.createNetwork({ name: "web" }),
  },
  { name: "a sandbox", operate: (controller) => controller.createSandbox({ name: "box" }) },
  {
    name: "a join with a port that HNS takes",
    prepare: both,
    operate: async (controller) => (await controller.sandbox("box")).join("web", { ports: ["8080:80"] }),
  },
  {
    name: "a join with ports that sockets keep",
    prepare: both,
    operate: async (controller) => (await controller.sandbox("box")).join("lan", { ports: ["81:81/udp", "82:82"] }),
  },
];

const REMOVING: readonly Case[] = [
  {
    name: "a leave",
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
  { name: "a network", prepare: both, operate: async (controller) => (await controller.network("web")).remove() },
];

type Fault = "fails" | "fails after the work" | "hangs" | "hangs, and works in the end";
const FAULTS: readonly Fault[] = ["fails", "fails after the work", "hangs", "hangs, and works in the end"];

/** E_FAIL: a code that nothing is known of, so that nobody asks again. */
const E_FAIL = 0x80004005;

/** Makes the nth call since it was armed go wrong, once. */
class Saboteur {
  calls: string[] = [];
  #at = -1;
  #fault: Fault = "fails";
  #release = (): void => undefined;
  #hanging = false;
  readonly #limits = new Set<() => void>();

  arm(at: number, fault: Fault): void {
    this.calls = [];
    this.#at = at;
    this.#fault = fault;
  }

  /** HNS wakes up. */
  release(): void {
    this.#hanging = false;
    this.#release();
  }

  /** Time is up as soon as a call hangs. */
  readonly startLimit: StartLimit = (expire) => {
    this.#limits.add(expire);
    if (this.#hanging) void expireUnlessAnswered(expire, this.#limits);
    return () => this.#limits.delete(expire);
  };

  readonly onCall: OnHcnCall = async (name, work) => {
    this.calls.push(name);
    if (this.calls.length - 1 !== this.#at) return await work();
    const failure = new HcnError({ operation: name, hresult: E_FAIL });
    if (this.#fault === "fails") throw failure;
    if (this.#fault === "fails after the work") {
      await work();
      throw failure;
    }
    this.#hanging = true;
    await new Promise<void>((resolve) => {
      this.#release = resolve;
      for (const expire of [...this.#limits]) expire();
    });
    if (this.#fault === "hangs") throw failure;
    return await work();
  };
}

/** A call that waits for its turn behind one that hangs is not answered however often the event loop turns. */
async function expireUnlessAnswered(expire: () => void, limits: ReadonlySet<() => void>): Promise<void> {
  for (let turn = 0; turn < 100 && limits.has(expire); turn++) await new Promise((resolve) => setImmediate(resolve));
  if (limits.has(expire)) expire();
}

describe("whatever HNS does wrong, at whichever call", () => {
  let injected = 0;

  for (const { name, prepare, operate } of MAKING) {
    for (const fault of FAULTS) {
      it(`${name} is there wholly, or not at all: a call ${fault}`, async () => {
        for (let at = 0; ; at++) {
          const { windows, controller, saboteur } = await world(prepare);
          const before = await windows.snapshot();
          saboteur.arm(at, fault);
          const failure = await operate(controller).then(
            () => undefined,
            (error: unknown) => error,
          );
          const reached = saboteur.calls.length > at;
          const culprit = saboteur.calls[at] ?? "";
          saboteur.arm(-1, fault);
          saboteur.release();
          // Waits for what HNS does after all.
          await controller.close();
          if (!reached) {
            expect(failure).toBeUndefined();
            break;
          }
          injected++;
          if (failure === undefined) continue;
          expect(String(failure), `call ${at}: ${culprit}`).toMatch(/E_FAIL|does not answer/);
          expect(await windows.snapshot(), `after call ${at}: ${culprit}`).toEqual(before);
        }
      });
    }
  }

  for (const { name, prepare, operate } of REMOVING) {
    for (const fault of FAULTS) {
      it(`${name} goes in the end: a call ${fault}`, async () => {
        const whole = await world(prepare);
        await operate(whole.controller);
        const gone = kinds(await whole.windows.snapshot());
        await whole.controller.close();
        for (let at = 0; ; at++) {
          const { windows, controller, saboteur } = await world(prepare);
          saboteur.arm(at, fault);
          const failure = await operate(controller).then(
            () => undefined,
            (error: unknown) => error,
          );
          const reached = saboteur.calls.length > at;
          saboteur.arm(-1, fault);
          saboteur.release();
          await controller.close();
          if (!reached) {
            expect(failure).toBeUndefined();
            break;
          }
          injected++;
          if (failure !== undefined) expect(String(failure)).toMatch(/E_FAIL|does not answer/);
          // The next process finishes it.
          const next = await windows.open();
          expect(kinds(await windows.snapshot()), `after call ${at}: ${saboteur.calls[at]}`).toEqual(gone);
          expect(await next.controller.doctor()).toEqual([]);
          await next.controller.close();
        }
      });
    }
  }

  it("that was more than 50 faults", () => {
    expect(injected).toBeGreaterThan(50);
  });
});

async function world(prepare: Case["prepare"]) {
  const windows = new FakeWindows();
  const saboteur = new Saboteur();
  const { controller } = await windows.open({ onCall: saboteur.onCall, startLimit: saboteur.startLimit });
  await prepare?.(controller);
  return { windows, controller, saboteur };
}

/** How many there are of each: ids differ from world to world. */
const kinds = (snapshot: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(snapshot).map(([kind, all]) => [kind, Array.isArray(all) ? all.length : 0]));
