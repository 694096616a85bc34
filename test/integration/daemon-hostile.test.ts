import { spawnSync } from "node:child_process";
import type { Socket as Datagrams } from "node:dgram";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { FrameReader, frame } from "@cnm/core/nameserver";
import type { Namespace } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../faults/seeded-random.ts";
import { mutate } from "../fuzz/mutate.ts";
import { below, pick } from "../fuzz/pick.ts";
import type { FuzzTarget, Random } from "../fuzz/target.ts";
import { dns } from "../fuzz/targets/dns.ts";
import { someValue, toBytes } from "../fuzz/texts.ts";
import { DaemonWorld } from "../support/daemon-world.ts";
import { RawSockets } from "../support/raw-sockets.ts";

const RESOLVER = "127.0.0.11";
/** What may come and go with V8's collections, which begin when a quarter of the heap is garbage. */
const FLAT = 10 << 20;
/** V8's young generation otherwise grows by tens of megabytes, whatever it is used for. */
const ENV = { NODE_OPTIONS: "--max-semi-space-size=1" };

let world: DaemonWorld;
let asker: Namespace;
let prober: Datagrams;
let upstream: Datagrams;
const sockets = new RawSockets();
const random = seededRandom(20_261_125);
const QUERIES = target("DNS query");
const ANSWERS = target("DNS answer");

beforeAll(async () => {
  world = await DaemonWorld.open();
  const neighbour = world.host.makeNeighbour();
  upstream = await sockets.datagrams(neighbour, "192.0.2.2", 53);
  upstream.on("message", (query, { address, port }) => upstream.send(spoiledAnswer(query), port, address));
  const resolvConf = join(world.host.folder, "resolv.conf");
  writeFileSync(resolvConf, "nameserver 192.0.2.2\noptions timeout:1 attempts:1\n");
  await world.start({ resolvConf }, { env: ENV });
  await world.client.createNetwork({ Name: "app", IPAM: { Config: [{ Subnet: "10.7.0.0/24" }] } });
  await world.client.createSandbox({ Name: "web" });
  await world.client.connectNetwork("app", "web", { IPAMConfig: { IPv4Address: "10.7.0.9" } });
  await world.client.createSandbox({ Name: "asker" });
  await world.client.connectNetwork("app", "asker");
  asker = world.host.openNamespace((await world.client.sandbox("asker")).Netns);
  prober = await sockets.datagrams(asker);
});

afterAll(async () => {
  upstream?.close();
  prober?.close();
  asker?.close();
  await world?.close();
});

function target(name: string): FuzzTarget {
  const found = dns().find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no fuzz target ${name}`);
  return found;
}

const spoiledQuery = (): Uint8Array => mutate(QUERIES.generate(random), random);

/** With the right number every other time, so that it is looked at. */
function spoiledAnswer(query: Uint8Array): Uint8Array {
  const answer = Uint8Array.from(ANSWERS.generate(random));
  if (random() < 0.5) answer.set(query.subarray(0, Math.min(2, answer.length)));
  return answer;
}

let asked = 0;

/** A query for the address of "web". */
function goodQuery(): Buffer {
  asked = (asked + 1) & 0xffff;
  const query = Buffer.from("0000 0100 0001 0000 0000 0000 03776562 00 0001 0001".replaceAll(" ", ""), "hex");
  query.writeUInt16BE(asked);
  return query;
}

function expectGoodAnswer(query: Buffer, answer: Uint8Array): void {
  const bytes = Buffer.from(answer);
  expect(bytes.subarray(0, 2)).toEqual(query.subarray(0, 2));
  expect([bytes.readUInt16BE(2) & 0x800f, bytes.readUInt16BE(6)]).toEqual([0x8000, 1]);
  expect([...bytes.subarray(-4)]).toEqual([10, 7, 0, 9]);
}

async function probe(): Promise<void> {
  const query = goodQuery();
  const answered = once(prober, "message");
  prober.send(query, 53, RESOLVER);
  const [answer] = await answered;
  expectGoodAnswer(query, answer);
}

/** Everything that comes until the other side ends or cuts the connection. */
async function everything(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on("data", (piece) => pieces.push(piece));
  // Who is cut off in the middle of a sentence gets a reset.
  socket.on("error", () => undefined);
  socket.on("end", () => socket.end());
  await once(socket, "close");
  return Buffer.concat(pieces);
}

function residentBytes(): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${world.daemon.pid}/status`, "utf8"));
  return Number(line?.[1]) * 1024;
}

/** Of the resolver's socket, whose buffer was full. */
function lostPackets(): number {
  const rows = asker.enter(() => readFileSync("/proc/thread-self/net/udp", "utf8")).split("\n");
  const row = rows.find((one) => one.includes("0B00007F:0035"));
  return Number(row?.trim().split(/\s+/).at(-1));
}

describe("100,000 packets that are no DNS, or nearly", () => {
  const UDP = 80_000;
  /** V8's heap, and what is remembered of questions and answers, have their size after so many. */
  const WARM_UP = 200_000;
  const BURST = 20;
  const TCP = 20_000;
  /** Of which a resolver hears until one has a wrong length. */
  const PER_CONNECTION = 50;
  /** A resolver takes 64. */
  const AT_ONCE = 40;

  it("over UDP: what is asked in between is answered, and memory stays", async () => {
    const noise = await sockets.datagrams(asker);
    const send = (packet: Uint8Array) =>
      new Promise<void>((resolve, reject) =>
        noise.send(packet, 53, RESOLVER, (error) => (error === null ? resolve() : reject(error))),
      );
    let warm = 0;
    for (let sent = -WARM_UP; sent < UDP; sent += BURST) {
      if (sent === 0) warm = residentBytes();
      await Promise.all(Array.from({ length: BURST }, () => send(spoiledQuery())));
      await probe();
    }
    const grown = residentBytes() - warm;
    noise.close();
    expect(lostPackets()).toBe(0);
    expect(grown).toBeLessThan(FLAT);
  }, 120_000);

  it("over TCP: what is asked in between is answered, and memory stays", async () => {
    let warm = 0;
    for (let sent = 0; sent < TCP; sent += AT_ONCE * PER_CONNECTION) {
      await Promise.all(Array.from({ length: AT_ONCE }, spoiledConnection));
      await probe();
      await probeTcp();
      if (sent < TCP / 2) warm = residentBytes();
    }
    expect(residentBytes() - warm).toBeLessThan(FLAT);
  }, 120_000);

  async function spoiledConnection(): Promise<void> {
    const socket = sockets.stream(asker, RESOLVER, 53);
    const first = goodQuery();
    const heard = everything(socket);
    socket.write(frame(first));
    socket.end(Buffer.concat(Array.from({ length: PER_CONNECTION }, spoiledFrame)));
    const answers = new FrameReader();
    answers.push(await heard);
    const answer = answers.next();
    // Whoever is cut off may lose what is on its way to him.
    if (answer instanceof Uint8Array) expectGoodAnswer(first, answer);
  }

  /** Now and then with a length that is not the message's. */
  function spoiledFrame(): Uint8Array {
    const framed = frame(spoiledQuery());
    if (below(random, 100) === 0) framed[below(random, 2)] = below(random, 256);
    return framed;
  }

  async function probeTcp(): Promise<void> {
    const query = goodQuery();
    const socket = sockets.stream(asker, RESOLVER, 53);
    const heard = everything(socket);
    socket.end(frame(query));
    const answers = new FrameReader();
    answers.push(await heard);
    const answer = answers.next();
    if (!(answer instanceof Uint8Array)) throw new Error("no answer over TCP");
    expectGoodAnswer(query, answer);
  }
});

describe("10,000 requests that are no HTTP, or nearly", () => {
  const REQUESTS = 10_000;
  const AT_ONCE = 20;
  const PATHS = ["/networks", "/v1.41/networks/app", "/cnm/v1/sandboxes/web", "/containers/json", "/version", "/nope"];
  const POSTS = ["/networks/create", "/networks/app/connect", "/cnm/v1/networks/app/connect", "/cnm/v1/plan"];

  it("are answered or cut off; what is asked in between is answered, and memory stays", async () => {
    let warm = 0;
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => say(spoiledRequest())));
      for (const answer of answers) if (answer !== "") expect(answer).toMatch(/^HTTP\/1\.1 (?:[1-4]\d\d|501) /);
      expect((await world.client.network("app")).Name).toBe("app");
      if (sent === REQUESTS / 2) warm = residentBytes();
    }
    await probe();
    expect(residentBytes() - warm).toBeLessThan(FLAT);
    expect(await world.client.doctor()).toEqual({ Findings: [], Differences: [] });
  }, 120_000);

  async function say(bytes: Uint8Array): Promise<string> {
    const socket = connect({ path: world.socket, allowHalfOpen: true });
    const heard = everything(socket);
    socket.end(bytes);
    return (await heard).toString("latin1");
  }

  function spoiledRequest(): Uint8Array {
    const request = toBytes(random() < 0.5 ? get(pick(random, PATHS)) : post(pick(random, POSTS)));
    return mutate(request, random);
  }

  const get = (path: string): string => `GET ${path}?${query(random)} HTTP/1.1\r\nHost: x\r\n\r\n`;

  const query = (random: Random): string =>
    pick(random, ["", "all=1", "filters=%7B%22name%22%3A%5B%22app%22%5D%7D", "filters=%ff", "filters[]=1", "&&&=="]);

  /** Nothing is to come of it: the subnet is none. */
  function post(path: string): string {
    const bad = { Name: "bad", Sandbox: "nobody", Container: "nobody", IPAM: { Config: [{ Subnet: "10.300.0.0" }] } };
    const body = JSON.stringify({ Options: someValue(random), Labels: someValue(random), ...bad });
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json`;
    if (random() < 0.5) return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const length = Buffer.byteLength(body).toString(16);
    return `${head}\r\nTransfer-Encoding: chunked\r\n\r\n${length}\r\n${body}\r\n0\r\n\r\n`;
  }
});

describe("somebody who is neither root nor in the group", () => {
  const NOBODY = 65_534;
  const CONNECT = `
    const socket = require("node:net").connect(process.argv[1]);
    socket.on("connect", () => { console.log("connected"); socket.destroy(); });
    socket.on("error", ({ code }) => console.log(code));
  `;

  it("is not let in: EACCES", () => {
    // The way there is open: it is the socket that keeps them out.
    spawnSync("chmod", ["755", world.host.folder]);
    const { gid } = statSync(world.socket);
    const asNobody = (group: number) =>
      spawnSync(process.execPath, ["-e", CONNECT, world.socket], { uid: NOBODY, gid: group, encoding: "utf8" });
    expect(asNobody(NOBODY).stdout).toBe("EACCES\n");
    expect(asNobody(gid).stdout).toBe("connected\n");
  });
});
