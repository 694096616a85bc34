import { describe, expect, it } from "vitest";
import type { SandboxHandle } from "../controller/sandbox-handle.ts";
import { CnmError } from "../errors/cnm-error.ts";
import { type NetworkId, newNetworkId, newSandboxId, shortId } from "../model/ids.ts";
import { memoryStore } from "../store/memory-store.ts";
import { FakeWorld } from "../testing/fake-world.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import type { NameSink, NameSource } from "./name-entry.ts";

const openController = async () => (await new FakeWorld(memoryStore()).open()).controller;

const ask = (names: Discovery, { id }: SandboxHandle, name: string, type = "A"): unknown => {
  const verdict = names.resolve(id, { name, type });
  return verdict.type === "answer" ? verdict.records.map(({ data }) => data).sort() : verdict.type;
};

const addressOf = async (box: SandboxHandle, at = 0): Promise<string | undefined> =>
  (await (await box.endpoints())[at]?.info())?.addresses[0]?.address.split("/")[0];

describe("discovery", () => {
  it("knows every name of what is there, and of what comes", async () => {
    await using cnm = await openController();
    await cnm.createNetwork({ name: "red" });
    const early = await cnm.createSandbox({ name: "early", hostname: "host1" });
    await early.join("red", { aliases: ["www"], name: "endpoint1" });
    using names = await createDiscovery(cnm);
    const late = await cnm.createSandbox({ name: "late" });
    await late.join("red", { aliases: ["www"] });

    const address = await addressOf(early);
    for (const name of ["early", "endpoint1", "host1", shortId(early.id), "early.red", "endpoint1.red"]) {
      expect(ask(names, late, name)).toEqual([address]);
    }
    expect(ask(names, early, "www")).toEqual([address, await addressOf(late)].sort());
    const reverse = `${address?.split(".").reverse().join(".")}.in-addr.arpa`;
    expect(ask(names, late, reverse, "PTR")).toEqual(["endpoint1.red"]);
  });

  it("withdraws names with their endpoint", async () => {
    await using cnm = await openController();
    await cnm.createNetwork({ name: "red" });
    using names = await createDiscovery(cnm);
    const [a, b] = [await cnm.createSandbox({ name: "a" }), await cnm.createSandbox({ name: "b" })];
    await a.join("red", { aliases: ["www"] });
    const joined = await b.join("red", { aliases: ["www"] });
    expect(ask(names, a, "b")).toEqual([await addressOf(b)]);
    await joined.leave();
    expect(ask(names, a, "b")).toBe("forward");
    expect(ask(names, a, "www")).toEqual([await addressOf(a)]);
    await a.remove();
    expect(() => names.resolve(a.id, { name: "www", type: "A" })).toThrow(CnmError);
    expect(() => names.generation(a.id)).toThrow(CnmError);
  });

  it("shows a sandbox the networks that it is on, and no others", async () => {
    await using cnm = await openController();
    for (const name of ["red", "green"]) await cnm.createNetwork({ name });
    using names = await createDiscovery(cnm);
    const [a, b, both] = [
      await cnm.createSandbox({ name: "a" }),
      await cnm.createSandbox({ name: "b" }),
      await cnm.createSandbox({ name: "both" }),
    ];
    await a.join("red");
    await b.join("green");
    await both.join("red");
    await both.join("green", { gatewayPriority: 1 });
    expect(ask(names, a, "b")).toBe("forward");
    expect(ask(names, both, "b")).toEqual([await addressOf(b)]);
    expect(ask(names, both, "a")).toEqual([await addressOf(a)]);
    expect(ask(names, both, "both")).toEqual([await addressOf(both, 1)]);
    expect(ask(names, both, "both.red")).toEqual([await addressOf(both, 0)]);
  });

  it("has no names on the predefined network", async () => {
    await using cnm = await openController();
    await cnm.createNetwork({ name: "bridge" });
    await cnm.createNetwork({ name: "red" });
    using names = await createDiscovery(cnm);
    const [a, b] = [await cnm.createSandbox({ name: "a" }), await cnm.createSandbox({ name: "b" })];
    await a.join("bridge");
    await b.join("bridge");
    expect(ask(names, a, "b")).toBe("forward");
    expect(names.serves(a.id)).toBe(false);
    await a.join("red");
    expect(names.serves(a.id)).toBe(true);
  });

  it("forwards from where the servers are, and not at all from inside", async () => {
    await using cnm = await openController();
    await cnm.createNetwork({ name: "inner", internal: true });
    await cnm.createNetwork({ name: "outer" });
    using names = await createDiscovery(cnm);
    const box = await cnm.createSandbox({ name: "box" });
    await box.join("inner");
    const question = { name: "example.org", type: "A" };
    expect(names.resolve(box.id, question)).toEqual({ type: "refuse", rcode: "SERVFAIL" });
    await box.join("outer");
    expect(names.resolve(box.id, question)).toEqual({ type: "forward", to: { from: "host" } });

    const own = await cnm.createSandbox({ name: "own", dns: { servers: ["192.0.2.53"], options: ["ndots:2"] } });
    await own.join("inner");
    expect(names.resolve(own.id, question)).toEqual({
      type: "forward",
      to: { from: own.id, servers: ["192.0.2.53"] },
    });
    expect(ask(names, own, "single")).toEqual([]);
    expect((await own.info()).dns).toEqual({ servers: ["192.0.2.53"], options: ["ndots:2"] });
  });

  it("tells by its generations when answers may be others", async () => {
    await using cnm = await openController();
    const red = await cnm.createNetwork({ name: "red" });
    const green = await cnm.createNetwork({ name: "green" });
    using names = await createDiscovery(cnm);
    const [a, b, c] = [
      await cnm.createSandbox({ name: "a" }),
      await cnm.createSandbox({ name: "b" }),
      await cnm.createSandbox({ name: "c" }),
    ];
    await a.join("red");
    const seen = [names.generation(a.id)];
    const sees = () => {
      seen.push(names.generation(a.id));
      return new Set(seen).size === seen.length;
    };
    const joined = await b.join("red");
    expect(sees()).toBe(true);
    await joined.leave();
    expect(sees()).toBe(true);
    const second = await a.join("green");
    expect(sees()).toBe(true);
    await second.leave();
    expect(sees()).toBe(true);

    const before = [names.generation(a.id), names.networkGeneration(red.id)];
    const greenBefore = names.networkGeneration(green.id);
    await c.join("green");
    expect([names.generation(a.id), names.networkGeneration(red.id)]).toEqual(before);
    expect(names.networkGeneration(green.id)).not.toBe(greenBefore);
  });

  it("does not lose what happens while it starts", async () => {
    await using cnm = await openController();
    await cnm.createNetwork({ name: "red" });
    const boxes = await Promise.all(Array.from({ length: 20 }, (_, at) => cnm.createSandbox({ name: `box${at}` })));
    const early = await Promise.all(boxes.slice(0, 10).map((box) => box.join("red")));
    const starting = createDiscovery(cnm);
    await Promise.all([
      ...early.slice(0, 5).map((endpoint) => endpoint.leave()),
      ...boxes.slice(10).map((box) => box.join("red")),
    ]);
    using names = await starting;
    const [, , , , , asker] = boxes;
    if (asker === undefined) throw new Error("no sandbox");
    for (const [at, box] of boxes.entries()) {
      expect(ask(names, asker, box.name)).toEqual(at < 5 ? "forward" : [await addressOf(box)]);
    }
  });

  it("takes names from other sources, and hears no more of any when closed", async () => {
    await using cnm = await openController();
    const red = await cnm.createNetwork({ name: "red" });
    let sink: NameSink | undefined;
    const source: NameSource = {
      subscribe: (given) => {
        sink = given;
        given.put(service(red.id, "10.255.0.1"));
        return { [Symbol.dispose]: () => (sink = undefined) };
      },
    };
    const names = await createDiscovery(cnm, { sources: [source] });
    const box = await cnm.createSandbox({ name: "box" });
    await box.join("red");
    expect(ask(names, box, "svc")).toEqual(["10.255.0.1"]);
    const before = names.generation(box.id);
    sink?.put(service(red.id, "10.255.0.2"));
    expect(ask(names, box, "tasks.svc")).toEqual(["10.255.0.2"]);
    expect(names.generation(box.id)).not.toBe(before);
    names.close();
    expect(sink).toBeUndefined();
    await (await cnm.createSandbox({ name: "late" })).join("red");
    expect(ask(names, box, "late")).toBe("forward");
  });

  it("knows no sandbox that is not there", async () => {
    await using cnm = await openController();
    using names = await createDiscovery(cnm);
    expect(() => names.resolve(newSandboxId(), { name: "a", type: "A" })).toThrow("there is no sandbox");
    expect(names.networkGeneration(newNetworkId())).toBe(0);
  });
});

const service = (networkId: NetworkId, address: string) => ({
  id: "service",
  networkId,
  names: ["svc", "tasks.svc"],
  addresses: [address],
  ports: [],
});
