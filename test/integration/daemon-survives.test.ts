import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Namespace } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Conversation } from "../support/conversation.ts";
import { DaemonWorld } from "../support/daemon-world.ts";
import { Echo } from "../support/echo.ts";
import { Transfer } from "../support/transfer.ts";

const GIGABYTE = 1 << 30;
const BLOCK = 1 << 20;
/** In a sandbox: what one sends to port 7 comes back; port 9 has a gigabyte for whoever connects. */
const SERVER = `
const { createServer } = require("node:net");
createServer((client) => client.on("error", () => {}).pipe(client)).listen(7);
createServer((client) => {
  let left = ${GIGABYTE / BLOCK};
  const more = () => {
    while (left-- > 0) if (!client.write(Buffer.alloc(${BLOCK}, left))) return;
    client.end();
  };
  client.on("error", () => {}).on("drain", more);
  more();
}).listen(9, () => console.log("ready"));
`;

let world: DaemonWorld;
let neighbour: Namespace;
let asker: Namespace;
/** There is nobody to ask for other names. */
let resolvConf: string;
const talk = new Conversation();

beforeAll(async () => {
  world = await DaemonWorld.open();
  neighbour = world.host.makeNeighbour();
  resolvConf = join(world.host.folder, "resolv.conf");
  writeFileSync(resolvConf, "");
  await world.start({ resolvConf });
  await world.client.createNetwork({
    Name: "web",
    EnableIPv6: true,
    IPAM: { Config: [{ Subnet: "10.7.0.0/24" }, { Subnet: "fd07::/64" }] },
  });
  const { Id } = await world.client.run({
    Name: "server",
    Cmd: [process.execPath, "-e", SERVER],
    Networks: [{ Network: "web", Ip: "10.7.0.9", Aliases: ["www"] }],
    Ports: ["8007:7", "8009:9"],
  });
  for await (const line of await world.client.logs(Id, { follow: true })) if (line.includes("ready")) break;
  const { Netns } = await world.client.run({
    Name: "asker",
    Cmd: ["sleep", "infinity"],
    Networks: [{ Network: "web" }],
  });
  asker = world.host.openNamespace(Netns);
});

afterAll(async () => {
  asker?.close();
  await talk.close();
  await world?.close();
});

/** One question, asked once. */
async function answerTo(...question: readonly string[]): Promise<string> {
  const args = ["@127.0.0.11", "+tries=1", "+time=5", "+short", ...question];
  const { stdout } = await asker.enter(() => ({ running: promisify(execFile)("dig", args) })).running;
  return stdout.trim();
}

const CLIENTS: readonly (readonly [from: () => Namespace, address: string])[] = [
  [() => neighbour, "192.0.2.1"],
  [() => neighbour, "2001:db8::1"],
  [() => world.host.namespace, "127.0.0.1"],
  [() => world.host.namespace, "192.0.2.1"],
];

async function openThousand(): Promise<readonly Echo[]> {
  const all: Echo[] = [];
  // A server accepts no more than so many at once.
  for (let round = 0; round < 1000 / CLIENTS.length; round++) {
    all.push(...(await Promise.all(CLIENTS.map(([from, address]) => Echo.open(talk, from(), address, 8007)))));
  }
  return all;
}

const allReturn = (connections: readonly Echo[], text: string) =>
  Promise.all(connections.map((connection, at) => connection.returns(`${text} ${at}`)));

describe("kill -9 of the daemon", () => {
  it("breaks none of 1,000 connections through a published port, nor a transfer; names answer when it serves", async () => {
    const connections = await openThousand();
    expect(connections.length).toBe(1000);
    const transfer = new Transfer(await talk.open(neighbour, "192.0.2.1", 8009));
    expect(await answerTo("www")).toBe("10.7.0.9");

    await transfer.until(GIGABYTE / 4);
    await world.daemon.kill();
    await allReturn(connections, "nobody is there");
    await transfer.until(GIGABYTE / 2);
    const [newcomer] = await Promise.all([
      Echo.open(talk, neighbour, "192.0.2.1", 8007),
      transfer.until(GIGABYTE / 2 + BLOCK),
    ]);
    await newcomer.returns("new");

    await Promise.all([world.start({ resolvConf }), transfer.until((GIGABYTE / 4) * 3)]);
    expect(await answerTo("www")).toBe("10.7.0.9");
    expect(await answerTo("+tcp", "server", "AAAA")).toMatch(/^fd07::/);
    expect(await answerTo("-x", "10.7.0.9")).toBe("server.web.");
    expect(transfer.received).toBeLessThan(GIGABYTE);
    await allReturn([...connections, newcomer], "it is back");

    expect(await transfer.end()).toBe(sumOfGigabyte());
    expect(transfer.received).toBe(GIGABYTE);
    expect(await world.client.doctor()).toEqual({ Findings: [], Differences: [] });
    for (const connection of [...connections, newcomer]) await connection.close();
  }, 120_000);

  it("leaves a daemon that works: more comes to what was there, and it goes", async () => {
    await world.daemon.kill();
    await world.start({ resolvConf });
    const { Id } = await world.client.createSandbox({ Name: "late" });
    await world.client.connectNetwork("web", "late", { IPAMConfig: { IPv4Address: "10.7.0.77" } });
    expect(await answerTo("late")).toBe("10.7.0.77");
    await world.client.removeSandbox(Id);
    expect(await answerTo("late")).toBe("");
    expect(await answerTo("www")).toBe("10.7.0.9");
    const again = await Echo.open(talk, neighbour, "2001:db8::1", 8007);
    await again.returns("again");
    await again.close();
  });
});

function sumOfGigabyte(): string {
  const hash = createHash("sha256");
  for (let left = GIGABYTE / BLOCK - 1; left >= 0; left--) hash.update(Buffer.alloc(BLOCK, left));
  return hash.digest("hex");
}
