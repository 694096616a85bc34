import { readdirSync } from "node:fs";
import type { NetworkHandle, SandboxHandle } from "@cnm/core";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, ipJson, run } from "../support/host.ts";
import { World } from "../support/world.ts";

const SIZE = "cnm.network.bridge.segment_size";
const NAME = "com.docker.network.bridge.name";

const host = enterFreshHost();
let world: World;

beforeEach(async () => {
  world = await World.open(host);
});
afterEach(() => world.close());
afterAll(() => host.close());

const network = (options: Record<string, string>): Promise<NetworkHandle> =>
  world.cnm.createNetwork({ name: "web", options, ipam: { subnets: ["10.7.0.0/20", "fd07::/64"] } });

async function joinAll(web: NetworkHandle, count: number): Promise<readonly SandboxHandle[]> {
  const names = Array.from({ length: count }, (_, at) => `box${at}`);
  return Promise.all(
    names.map(async (name) => {
      const box = await world.cnm.createSandbox({ name });
      await box.join(web);
      return box;
    }),
  );
}

const links = (): readonly string[] => ipJson(["link"]).map(({ ifname }) => String(ifname));
const pins = (): readonly string[] => readdirSync(`${host.runDir}/netns`);

/** The segment that it is on; undefined: none, or the first. */
async function segmentOf(box: SandboxHandle): Promise<number | undefined> {
  const [endpoint] = await box.endpoints();
  return (await endpoint?.info())?.segment;
}

describe("a network whose endpoints are on several bridges", () => {
  it("has a bridge and a link to the first one for each segment, and none any more when the last endpoint of it leaves", async () => {
    const web = await network({ [SIZE]: "2" });
    const boxes = await joinAll(web, 5);
    const segments = await Promise.all(boxes.map(segmentOf));
    expect(segments.toSorted()).toEqual([1, 1, 2, undefined, undefined]);
    const short = web.id.slice(0, 8);
    expect(links().filter((name) => name.startsWith("sg-"))).toEqual([`sg-${short}.1`, `sg-${short}.2`]);
    // Those of the first two: the others' ports are with their bridges.
    expect(links().filter((name) => name.startsWith("veth"))).toHaveLength(2);
    expect(pins()).toHaveLength(7);

    const inside = host.openNamespace(`${host.runDir}/netns/${web.id.slice(0, 12)}.1`);
    const ports = ipJson(["link", "show", "master", `br-${short}.1`], inside).map(({ ifname }) => String(ifname));
    // Nothing there has an address, so the host cannot be met there.
    const addresses = ipJson(["address"], inside).flatMap(({ addr_info }) => addr_info as { readonly scope: string }[]);
    inside.close();
    expect(ports.toSorted()).toEqual([`up-${short}.1`, expect.stringMatching(/^veth/), expect.stringMatching(/^veth/)]);
    expect(addresses.filter(({ scope }) => scope !== "host")).toEqual([]);

    for (const [at, box] of boxes.entries()) if (segments[at] !== undefined) await box.remove();
    expect(links().filter((name) => name.startsWith("sg-"))).toEqual([]);
    expect(pins()).toHaveLength(2);
    expect(await world.cnm.doctor()).toEqual([]);
  });

  it("gets a segment's namespace back that somebody else took away", async () => {
    const [one, two] = await joinAll(await network({ [SIZE]: "1" }), 2);
    if (one === undefined || two === undefined) throw new Error("two boxes were due");
    const further = (await segmentOf(one)) === undefined ? two : one;
    const [pin = ""] = pins().filter((name) => name.endsWith(".1"));
    run("umount", ["--lazy", `${host.runDir}/netns/${pin}`]);
    await world.cnm.repair();
    expect(await world.cnm.doctor()).toEqual([]);
    expect(run("ping", ["-n", "-c", "1", "-W", "5", "10.7.0.1"], await world.inside(further))).toContain("1 received");
  });

  it("has one bridge only where the user chose that, or its name", async () => {
    const web = await network({ [SIZE]: "0" });
    await joinAll(web, 130);
    expect(links().filter((name) => name.startsWith("veth"))).toHaveLength(130);
    await expect(world.cnm.createNetwork({ name: "db", options: { [SIZE]: "8", [NAME]: "mine0" } })).rejects.toThrow(
      `option ${SIZE}: a bridge of a chosen name (${NAME}) is the only one`,
    );
    await expect(world.cnm.createNetwork({ name: "db", options: { [SIZE]: "1001" } })).rejects.toThrow(
      `option ${SIZE}: "1001" is not a whole number from 0 to 1000`,
    );
  });
});

it("a bridge that is full is named", async () => {
  const web = await network({ [NAME]: "mine0" });
  // A bridge has 1,023 ports.
  const pairs = Array.from({ length: 512 }, (_, at) => at);
  ip(pairs.map((at) => `link add a${at} group 77 master mine0 type veth peer name b${at}`));
  ip(pairs.slice(1).map((at) => `link set b${at} master mine0`));
  const box = await world.cnm.createSandbox({ name: "one" });
  await expect(box.join(web)).rejects.toMatchObject({
    kind: "forbidden",
    code: "bridge-full",
    message: expect.stringContaining("bridge mine0 has as many ports as a bridge can have"),
  });
  expect(links().filter((name) => name.startsWith("veth"))).toEqual([]);
  ip(["link delete group 77"]);
});

const ip = (lines: readonly string[]): string => run("ip", ["-batch", "-"], undefined, lines.join("\n"));
