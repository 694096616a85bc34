import assert from "node:assert/strict";
import type { PlanningDriver } from "../contracts/driver.ts";
import type { Platform } from "../contracts/platform.ts";
import type { Controller } from "../controller/controller.ts";
import type { NetworkHandle } from "../controller/network-handle.ts";
import { CnmError, type ErrorKind } from "../errors/cnm-error.ts";
import type { OwnerRef } from "../model/owner.ts";
import type { Resource } from "../model/resource.ts";
import type { NetworkSpec } from "../options/network-spec.ts";
import type { TestRunner } from "./test-runner.ts";

/** A host with a controller on it, and nothing of cnm's but what the controller makes at its start. */
export interface DriverHost {
  readonly controller: Controller;
  readonly platform: Platform;
  /** The controller ends, and another one begins with its store. */
  restart(): Promise<DriverHost>;
  /** Both end. */
  close(): Promise<void>;
}

export interface DriverHostSubject {
  readonly driver: string;
  /** For each test a new one. */
  readonly open: () => Promise<DriverHost>;
  /** Networks of the driver, by what is special about them. Each has room for three endpoints. */
  readonly networks: Readonly<Record<string, Omit<NetworkSpec, "name" | "driver">>>;
  /** One that the host refuses, and only after all that a network or an endpoint is made of: what is undone then is seen. */
  readonly impossible: Resource;
}

/**
 * What every driver has to do on its host, by a controller and a platform that are real: joins, leaves, errors, undoing,
 * what the doctor says, repair, and a start after an end.
 */
export function driverHostConformance(subject: DriverHostSubject, { describe, it }: TestRunner): void {
  const { driver, open, networks } = subject;
  for (const [title, spec] of Object.entries(networks)) {
    const test = (what: string, body: (stage: Stage) => Promise<void>) =>
      it(what, async () => {
        const stage = new Stage(await open(), { ...spec, driver });
        try {
          await body(stage);
          assert.deepEqual(await stage.clear(), [], "nothing is left");
        } finally {
          await stage.close();
        }
      });
    describe(`driver ${driver} on its host: ${title}`, () => cases(test, subject));
  }
}

type Test = (what: string, body: (stage: Stage) => Promise<void>) => unknown;

function cases(test: Test, { driver, impossible }: DriverHostSubject): void {
  test("joins and leaves, again and again, and what is there is as planned", async (stage) => {
    const network = await stage.network();
    const empty = await stage.found();
    for (let round = 0; round < 2; round++) {
      const endpoint = await stage.join("a", network);
      const { addresses, interfaceName } = await endpoint.info();
      assert.equal(new Set(addresses.map(({ address }) => address)).size, addresses.length);
      assert.ok((await stage.interfacesOf("a")).includes(interfaceName), `${interfaceName} is not in the sandbox`);
      assert.deepEqual(await stage.controller.doctor(), []);
      await endpoint.leave();
      assert.deepEqual(await stage.controller.doctor(), []);
      assert.deepEqual(without(await stage.found(), "sandbox"), empty);
    }
  });

  test("gives each endpoint addresses of its own", async (stage) => {
    const network = await stage.network();
    const infos = [];
    for (const name of ["a", "b", "c"]) infos.push(await (await stage.join(name, network)).info());
    const all = infos.flatMap(({ addresses }) => addresses.map(({ address }) => address));
    assert.equal(new Set(all).size, all.length, all.join(" "));
    assert.equal(new Set(infos.map(({ id }) => id)).size, 3);
    assert.deepEqual(await stage.controller.doctor(), []);
  });

  test("refuses what is wrong by name, and nothing has changed", async (stage) => {
    const network = await stage.network();
    await stage.join("a", network);
    const before = await stage.found();
    const UNKNOWN = "org.example.no-such-option";
    const options = { [UNKNOWN]: "1" };
    const { name: _, ...spec } = stage.spec;
    await refused(stage.controller.createNetwork({ ...spec, name: "other", options }), "invalid", UNKNOWN);
    await refused(stage.controller.createNetwork({ ...spec, name: "tested" }), "conflict", "tested");
    const box = await stage.controller.sandbox("a");
    await refused(box.join(network), "forbidden", "tested");
    const second = await stage.controller.createSandbox({ name: "b" });
    await refused(second.join(network, { options }), "invalid", UNKNOWN);
    await second.remove();
    await refused(network.remove(), "forbidden", "tested");
    assert.deepEqual(await stage.found(), before);
    assert.deepEqual(await stage.controller.doctor(), []);
  });

  test("is undone when the host refuses a part of it", async (stage) => {
    const network = await stage.network();
    const endpoint = await stage.join("a", network);
    const plans = await stage.plans(driver, network);
    const { id } = await endpoint.info();
    await endpoint.leave();
    const joinable = await stage.found();
    await assert.rejects(stage.platform.apply({ remove: [], add: [...plans.endpoint, impossible] }));
    assert.deepEqual(await stage.found(), joinable, `of endpoint ${id}`);
    await network.remove();
    const bare = await stage.found();
    await assert.rejects(stage.platform.apply({ remove: [], add: [...plans.network, impossible] }));
    assert.deepEqual(await stage.found(), bare);
  });

  test("each object that somebody removes is missed by the doctor, and comes back by a repair", async (stage) => {
    const network = await stage.network();
    const endpoint = await stage.join("a", network);
    const before = await stage.found();
    const owners: readonly OwnerRef[] = [
      { kind: "network", id: network.id },
      { kind: "endpoint", id: endpoint.id },
    ];
    const objects = await stage.platform.observe({ owners });
    for (const resource of objects.filter(({ shared }) => shared !== true)) {
      await stage.platform.apply({ remove: [resource], add: [] });
      const findings = await stage.controller.doctor();
      assert.ok(
        findings.some(({ key, type }) => key === resource.key && type === "missing"),
        `${resource.key} is gone, and the doctor says ${JSON.stringify(findings)}`,
      );
      await stage.controller.repair();
      assert.deepEqual(await stage.controller.doctor(), [], `after ${resource.key} was repaired`);
      assert.deepEqual(await stage.found(), before);
    }
  });

  test("is found by the next start as it was, and left from there", async (stage) => {
    const network = await stage.network();
    const info = await (await stage.join("a", network)).info();
    const before = await stage.found();
    await stage.restart();
    assert.deepEqual(await stage.controller.doctor(), []);
    assert.deepEqual(await stage.found(), before);
    const [endpoint] = await (await stage.controller.sandbox("a")).endpoints();
    assert.deepEqual(await endpoint?.info(), info);
    await endpoint?.leave();
    assert.deepEqual(await stage.controller.doctor(), []);
  });
}

/** One host, and the things that the cases do on it. */
class Stage {
  readonly spec: NetworkSpec;
  #host: DriverHost;

  constructor(host: DriverHost, spec: Omit<NetworkSpec, "name">) {
    this.#host = host;
    this.spec = { ...spec, name: "tested" };
  }

  get controller(): Controller {
    return this.#host.controller;
  }

  get platform(): Platform {
    return this.#host.platform;
  }

  network(): Promise<NetworkHandle> {
    return this.controller.createNetwork(this.spec);
  }

  async join(sandbox: string, network: NetworkHandle) {
    const there = (await this.controller.sandboxes()).find(({ name }) => name === sandbox);
    return await (there ?? (await this.controller.createSandbox({ name: sandbox }))).join(network);
  }

  async interfacesOf(sandbox: string): Promise<readonly string[]> {
    const { namespace } = await (await this.controller.sandbox(sandbox)).info();
    return await this.platform.interfaceNames(namespace.path);
  }

  /** What the driver plans for the network, and for the one endpoint on it. */
  async plans(name: string, network: NetworkHandle) {
    const driver = driverOf(this.platform, name);
    const { facts: host } = this.platform;
    const record = await network.info();
    const [box] = await this.controller.sandboxes();
    const [endpoint] = (await box?.endpoints()) ?? [];
    if (box === undefined || endpoint === undefined) throw new Error("an endpoint was due");
    const context = { network: record, sandbox: await box.info(), host };
    return {
      network: driver.planNetwork(record, host).filter(isOwn),
      endpoint: driver.planEndpoint(await endpoint.info(), context).filter(isOwn),
    };
  }

  /** What of ours the host has, without what is shared: that may stay for others. */
  async found(): Promise<readonly string[]> {
    const all = await this.platform.observe();
    return all
      .filter(({ shared }) => shared !== true)
      .map(({ owner, key }) => `${owner.kind} ${key}`)
      .sort();
  }

  async restart(): Promise<void> {
    this.#host = await this.#host.restart();
  }

  /** Everything goes by the front door. Resolves to what is left. */
  async clear(): Promise<readonly string[]> {
    for (const sandbox of await this.controller.sandboxes()) await sandbox.remove();
    for (const network of await this.controller.networks()) await network.remove();
    return await this.found();
  }

  close(): Promise<void> {
    return this.#host.close();
  }
}

function driverOf({ drivers }: Platform, name: string): PlanningDriver {
  const found = drivers.find((driver) => driver.name === name);
  if (found === undefined) throw new Error(`this platform has no driver ${name}`);
  return found;
}

const isOwn = ({ shared }: Resource): boolean => shared !== true;
const without = (found: readonly string[], owner: string) => found.filter((line) => !line.startsWith(`${owner} `));

async function refused(work: Promise<unknown>, kind: ErrorKind, words: string): Promise<void> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof CnmError, `a CnmError was due, not ${String(error)}`);
  assert.equal(error.kind, kind, error.message);
  assert.ok(error.message.includes(words), error.message);
}
