import { describe, expect, it } from "vitest";
import { memoryStore } from "../store/memory-store.ts";
import { FAKE_SEGMENT_SIZE } from "../testing/fake-bridge.ts";
import { FakeWorld, type OpenWorld } from "../testing/fake-world.ts";
import type { EndpointHandle } from "./endpoint-handle.ts";

async function openWorld(
  size: number,
  onStep: (step: string) => void = () => undefined,
): Promise<OpenWorld & { readonly world: FakeWorld }> {
  const world = new FakeWorld(memoryStore());
  const open = await world.open({}, onStep);
  await open.controller.createNetwork({ name: "web", options: { [FAKE_SEGMENT_SIZE]: String(size) } });
  return { world, ...open };
}

const joinAll = ({ controller }: OpenWorld, names: readonly string[]): Promise<readonly EndpointHandle[]> =>
  Promise.all(names.map(async (name) => (await controller.createSandbox({ name })).join("web")));

const segmentsOf = async (endpoints: readonly EndpointHandle[]): Promise<readonly (number | undefined)[]> =>
  (await Promise.all(endpoints.map((endpoint) => endpoint.info()))).map(({ segment }) => segment).sort();

const bridges = (world: FakeWorld): readonly string[] =>
  [...world.host.objects.values()].flatMap((object) => (object.kind === "bridge" ? [object.name] : [])).sort();

const named = (count: number, word = "box"): readonly string[] => Array.from({ length: count }, (_, at) => word + at);

describe("a network in segments", () => {
  it("has so many endpoints on each, however many join at once, and a bridge for each", async () => {
    const open = await openWorld(2);
    const endpoints = await joinAll(open, named(5));
    expect(await segmentsOf(endpoints)).toEqual([1, 1, 2, undefined, undefined]);
    const [first = "", ...further] = bridges(open.world);
    expect(further).toEqual([`${first}.1`, `${first}.2`]);
    expect(await open.controller.doctor()).toEqual([]);
  });

  it("loses a segment's bridge with its last endpoint, and fills the places that become free", async () => {
    const open = await openWorld(1);
    const [, second, third] = await joinAll(open, named(3));
    const [first = ""] = bridges(open.world);
    const segment = (await second?.info())?.segment;
    await second?.leave();
    expect(bridges(open.world)).toEqual([first, `${first}.${segment === 1 ? 2 : 1}`]);
    expect(await segmentsOf(await joinAll(open, named(1, "next")))).toEqual([segment]);
    await third?.leave();
    expect(await open.controller.doctor()).toEqual([]);
  });

  it("leaves a bridge that does not go to the next repair", async () => {
    let stuck = true;
    const open = await openWorld(1, (step) => {
      if (stuck && /^remove bridge .*\.1$/.test(step)) throw new Error("it does not go");
    });
    const [first, second] = await joinAll(open, named(2));
    const last = (await first?.info())?.segment === 1 ? first : second;
    await last?.leave();
    expect(bridges(open.world)).toHaveLength(2);
    expect(await open.controller.doctor()).toEqual([expect.objectContaining({ type: "unexpected", object: "bridge" })]);
    stuck = false;
    await open.controller.repair();
    expect(bridges(open.world)).toHaveLength(1);
    expect(await open.controller.doctor()).toEqual([]);
  });

  it("is the same for the next process, which counts on from there", async () => {
    const open = await openWorld(2);
    const before = await segmentsOf(await joinAll(open, named(3)));
    await open.controller.close();
    const next = await open.world.open();
    const network = await next.controller.network("web");
    expect(await segmentsOf(await network.endpoints())).toEqual(before);
    expect(await segmentsOf(await joinAll(next, named(2, "next")))).toEqual([1, 2]);
    expect(await next.controller.doctor()).toEqual([]);
  });

  it("gives a place back when a join fails", async () => {
    const open = await openWorld(1);
    await joinAll(open, ["first"]);
    const box = await open.controller.createSandbox({ name: "box" });
    await expect(box.join("web", { name: "first" })).rejects.toThrow("already exists");
    await expect(box.join("web", { options: { unheard: "of" } })).rejects.toThrow("unheard");
    expect(await segmentsOf([await box.join("web")])).toEqual([1]);
  });
});
