import { readdirSync } from "node:fs";
import type { Duplex } from "node:stream";
import type { Platform } from "@cnm/core";
import { linuxPlatform } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enterFreshHost, run } from "../support/host.ts";
import { Traffic } from "../support/traffic.ts";

const host = enterFreshHost();
const sandbox = host.makeNeighbour();
const traffic = new Traffic();
const path = `/proc/self/fd/${sandbox.fd}`;
let platform: Platform;
let listening = -1;

beforeAll(async () => {
  platform = await linuxPlatform({ runDir: host.runDir });
  run("ip", ["link", "set", "lo", "up"], sandbox);
  listening = traffic.listen(sandbox, 7000);
  // The platform keeps namespaces open for a while.
  (await connect("127.0.0.1", 7000)).destroy();
});
afterAll(async () => {
  traffic.close(listening);
  await platform.close();
  host.close();
});

const connect = async (address: string, port: number, signal?: AbortSignal): Promise<Duplex> => {
  if (platform.connect === undefined) throw new Error("the platform makes no connections");
  return await platform.connect({ namespacePath: path, address, port }, signal === undefined ? {} : { signal });
};
const descriptors = (): number => readdirSync("/proc/self/fd").length;

describe.each(["127.0.0.1", "::1"])("a connection from inside to %s", (address) => {
  it("comes about where somebody listens inside, and is closed by who asked for it", async () => {
    const before = descriptors();
    const connection = await connect(address, 7000);
    expect(run("ss", ["-tnH", "state", "established"], sandbox)).toContain(":7000");
    const closed = new Promise((resolve) => connection.once("close", resolve));
    connection.destroy();
    await closed;
    expect(descriptors()).toBe(before);
  });

  it("does not where nobody does, whoever listens outside", async () => {
    const before = descriptors();
    const outside = traffic.listen(host.namespace, 7001);
    await expect(connect(address, 7001)).rejects.toMatchObject({
      kind: "unavailable",
      code: "no-connection",
      message: expect.stringMatching(/^no connection to \S+:7001: nobody listens there \(ECONNREFUSED\)$/),
    });
    traffic.close(outside);
    await expect.poll(descriptors).toBe(before);
  });
});

it("is given up when the signal says so, while nobody answers", async () => {
  const before = descriptors();
  run("ip", ["link", "add", "hole", "type", "veth", "peer", "name", "end"], sandbox);
  run("ip", ["address", "add", "198.18.0.1/24", "dev", "hole"], sandbox);
  run("ip", ["link", "set", "hole", "up"], sandbox);
  run("ip", ["link", "set", "end", "up"], sandbox);
  run("ip", ["neigh", "add", "198.18.0.9", "lladdr", "02:00:00:00:00:09", "dev", "hole"], sandbox);
  const giveUp = new AbortController();
  const connecting = connect("198.18.0.9", 7000, giveUp.signal);
  await expect.poll(() => run("ss", ["-tnH", "state", "syn-sent"], sandbox)).toContain("198.18.0.9:7000");
  giveUp.abort(new Error("enough"));
  await expect(connecting).rejects.toThrow("enough");
  await expect.poll(() => run("ss", ["-tnH", "state", "syn-sent"], sandbox)).toBe("");
  await expect.poll(descriptors).toBe(before);
});

it("tells what the path is instead of a namespace", async () => {
  const target = { namespacePath: "/nowhere", address: "127.0.0.1", port: 1 };
  await expect(platform.connect?.(target)).rejects.toMatchObject({ kind: "not-found" });
});
