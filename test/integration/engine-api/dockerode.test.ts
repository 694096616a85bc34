import { createInterface } from "node:readline";
import Dockerode from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cnmEngine } from "./cnm-engine.ts";
import type { Engine } from "./engine.ts";

let engine: Engine;
let docker: Dockerode;

beforeAll(async () => {
  engine = await cnmEngine();
  docker = new Dockerode({ socketPath: engine.socket });
}, 120_000);

afterAll(async () => engine.close(), 120_000);

describe("dockerode", () => {
  it("pings, and asks for versions", async () => {
    expect(String(await docker.ping())).toBe("OK");
    expect(await docker.version()).toMatchObject({ Os: "linux", MinAPIVersion: "1.24" });
    expect(await docker.info()).toMatchObject({ Containers: 0, Swarm: { LocalNodeState: "inactive" } });
  });

  it("makes, lists, inspects and removes networks, and hears of it while it happens", async () => {
    const stream = await docker.getEvents({
      filters: { type: ["network"], event: ["create", "connect", "disconnect", "destroy"] },
    });
    const lines = createInterface({ input: stream as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const heard = async () => {
      const { Action, Actor } = JSON.parse((await lines.next()).value ?? "{}");
      return `${Action} ${Actor.Attributes.name}`;
    };

    const network = await docker.createNetwork({
      Name: "web",
      IPAM: { Driver: "default", Config: [{ Subnet: "10.7.0.0/24" }] },
    });
    expect(await heard()).toBe("create web");
    await engine.start({ name: "box", network: "bridge" });
    expect(await heard()).toBe("connect bridge");
    await network.connect({
      Container: "box",
      EndpointConfig: { IPAMConfig: { IPv4Address: "10.7.0.9" }, Aliases: ["www"] },
    });
    expect(await heard()).toBe("connect web");

    const inspected = await network.inspect();
    expect(Object.values(inspected.Containers ?? {})).toMatchObject([{ Name: "box", IPv4Address: "10.7.0.9/24" }]);
    expect((await docker.listNetworks({ filters: { name: ["^web$"] } })).map(({ Name }) => Name)).toEqual(["web"]);
    const [listed] = await docker.listContainers();
    expect(listed?.Names).toEqual(["/box"]);
    const { NetworkSettings, State } = await docker.getContainer("box").inspect();
    expect(NetworkSettings.Networks["web"]).toMatchObject({
      IPAddress: "10.7.0.9",
      Aliases: ["www"],
      Gateway: "10.7.0.1",
    });
    expect(State.Running).toBe(true);

    await expect(network.remove()).rejects.toMatchObject({
      statusCode: 403,
      json: { message: expect.stringContaining("active endpoints") },
    });
    await network.disconnect({ Container: "box" });
    expect(await heard()).toBe("disconnect web");
    await network.remove();
    expect(await heard()).toBe("destroy web");
    await expect(docker.getNetwork("web").inspect()).rejects.toMatchObject({
      statusCode: 404,
      json: { message: "network web not found" },
    });
    (stream as unknown as { destroy(): void }).destroy();
  });
});
