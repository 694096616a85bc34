import { type Namespace, processStartTime, watchProcess } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conversation } from "../support/conversation.ts";
import { DaemonWorld } from "../support/daemon-world.ts";
import { Echo } from "../support/echo.ts";
import { forwarders } from "../support/forwarders.ts";

/** What one sends to port 7 comes back. */
const SERVER = `
const { createServer } = require("node:net");
createServer((client) => client.on("error", () => {}).pipe(client)).listen(7, () => console.log("ready"));
const udp = require("node:dgram").createSocket("udp6");
udp.on("message", (packet, { port, address }) => udp.send(packet, port, address)).bind(7);
`;

let world: DaemonWorld;
let neighbour: Namespace;
const talk = new Conversation();

beforeAll(async () => {
  world = await DaemonWorld.open();
  neighbour = world.host.makeNeighbour();
  await world.start();
  const pools = [{ Subnet: "10.7.0.0/24" }, { Subnet: "fd07::/64" }];
  await world.client.createNetwork({ Name: "both", EnableIPv6: true, IPAM: { Config: pools } });
  await world.client.createNetwork({ Name: "four", IPAM: { Config: [{ Subnet: "10.8.0.0/24" }] } });
});

afterAll(async () => {
  await talk.close();
  await world?.close();
});

async function serve(name: string, network: string, ports: readonly string[]): Promise<string> {
  const Cmd = [process.execPath, "-e", SERVER];
  const { Id } = await world.client.run({ Name: name, Cmd, Networks: [{ Network: network }], Ports: ports });
  for await (const line of await world.client.logs(Id, { follow: true })) if (line.includes("ready")) break;
  return Id;
}

/** Resolves when the process is no more. */
function endOf(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const start = processStartTime(pid);
    if (start === undefined || watchProcess(pid, start, resolve) === undefined) resolve();
  });
}

/** From ::1 to both families, and from an IPv6 address of the host to IPv4. */
const CLIENTS: readonly (readonly [from: () => Namespace, address: string, port: number])[] = [
  [() => world.host.namespace, "::1", 8007],
  [() => world.host.namespace, "::1", 8017],
  [() => neighbour, "2001:db8::1", 8017],
];

const openAll = (): Promise<readonly Echo[]> =>
  Promise.all(CLIENTS.map(([from, address, port]) => Echo.open(talk, from(), address, port)));

const allReturn = (connections: readonly Echo[], text: string) =>
  Promise.all(connections.map((connection, at) => connection.returns(`${text} ${at}`)));

describe("connections that a process forwards", () => {
  it("begin with the first such port, in a process of their own", async () => {
    await serve("kernel", "four", ["127.0.0.1:8027:7"]);
    expect(forwarders()).toEqual([]);
    await serve("both", "both", ["8007:7", "8007:7/udp"]);
    await serve("four", "four", ["8017:7", "8017:7/udp"]);
    expect(forwarders().length).toBe(1);
    const connections = await openAll();
    await allReturn(connections, "hello");
    for (const connection of connections) await connection.close();
  });

  it("break neither when the daemon is killed nor when it is back, and new ones come at any time", async () => {
    const connections: Echo[] = [];
    for (let round = 0; round < 30; round++) connections.push(...(await openAll()));
    const [carrier] = forwarders();

    await world.daemon.kill();
    await allReturn(connections, "nobody is there");
    connections.push(...(await openAll()));
    expect(await talk.ask(world.host.namespace, "::1", 8007, "udp")).toBe("?");
    expect(await talk.ask(neighbour, "2001:db8::1", 8017, "udp")).toBe("?");

    await world.start();
    await allReturn(connections, "it is back");
    connections.push(...(await openAll()));
    expect(await talk.ask(world.host.namespace, "::1", 8007, "udp")).toBe("?");
    expect(forwarders()).toEqual([carrier]);
    expect(await world.client.doctor()).toEqual({ Findings: [], Differences: [] });
    for (const connection of connections) await connection.close();
  });

  it("go on when the daemon is stopped, and ports stay taken", async () => {
    const connections = await openAll();
    expect(await world.daemon.stop()).toBe(0);
    await allReturn(connections, "it has stopped");
    await world.start();
    await allReturn(connections, "and started");
    const again = world.client.run({ Name: "late", Cmd: ["true"], Networks: [{ Network: "both" }], Ports: ["8007:7"] });
    await expect(again).rejects.toThrow(/8007/);
    await world.client.removeSandbox("late", true).catch(() => undefined);
    for (const connection of connections) await connection.close();
  });

  it("are carried anew when their process is killed", async () => {
    const broken = await openAll();
    const [first = 0] = forwarders();
    process.kill(first, "SIGKILL");
    for (const connection of broken) await connection.breaks();
    // Who comes meanwhile is not refused: it waits at the socket that holds the port.
    const connections = await openAll();
    await allReturn(connections, "healed");
    const now = forwarders();
    expect(now.length).toBe(1);
    expect(now).not.toEqual([first]);
    expect(await world.client.doctor()).toEqual({ Findings: [], Differences: [] });
    for (const connection of connections) await connection.close();
  });

  it("are carried anew when daemon and process are killed", async () => {
    const [carrier = 0] = forwarders();
    await world.daemon.kill();
    const gone = endOf(carrier);
    process.kill(carrier, "SIGKILL");
    await gone;
    await world.start();
    const connections = await openAll();
    await allReturn(connections, "anew");
    for (const connection of connections) await connection.close();
  });

  it("end with their sandbox; and the process with the last such port", async () => {
    const [viaFirst, viaSecond] = await openAll();
    const [carrier = 0] = forwarders();
    const gone = endOf(carrier);
    await world.client.removeSandbox("both", true);
    await viaFirst?.breaks();
    await viaSecond?.returns("still there");
    expect(forwarders()).toEqual([carrier]);
    await world.client.removeSandbox("four", true);
    await viaSecond?.breaks();
    await gone;
    expect(forwarders()).toEqual([]);
    await serve("next", "both", ["8007:7"]);
    const echo = await Echo.open(talk, world.host.namespace, "::1", 8007);
    await echo.returns("another one");
    await echo.close();
    await world.client.removeSandbox("next", true);
  });

  it("may begin again as soon as the last have ended; what moves to another port keeps their process", async () => {
    const ports = (port: number) => ({ EndpointSpec: { Ports: [{ PublishedPort: port, TargetPort: 7 }] } });
    const networks = { TaskTemplate: { Networks: [{ Target: "both" }] } };
    for (let round = 0; round < 4; round++) {
      const { ID } = await world.client.createService({ Name: "moving", ...networks, ...ports(8037) });
      const before = forwarders();
      expect(before).toHaveLength(1);
      const { Version } = await world.client.service("moving");
      await world.client.updateService(ID, Version.Index, { Name: "moving", ...networks, ...ports(8038) });
      expect(forwarders()).toEqual(before);
      await world.client.removeService("moving");
    }
  });

  it("end when what they belong to went while no daemon was there", async () => {
    await world.client.run({ Name: "mute", Cmd: ["true"], Networks: [{ Network: "both" }], Ports: ["8007:7"] });
    const [carrier = 0] = forwarders();
    await world.daemon.kill();
    const gone = endOf(carrier);
    await world.start({ state: `${world.host.stateDir}-empty` });
    await gone;
    expect(forwarders()).toEqual([]);
    // The programs are known to the first daemon's state only.
    await world.daemon.stop();
    await world.start();
  });
});
