import { execFile } from "node:child_process";
import { Socket } from "node:net";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { AnswerQuery, NameServer, NameServerPeer, NameServerSpec } from "@cnm/core";
import { FrameReader, frame } from "@cnm/core/nameserver";
import { bindLibc, deleteNamespace, type Libc, linuxPlatform, loadFfi, type Namespace } from "@cnm/linux";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NameServers, nameServers } from "../../packages/linux/src/nameserver/name-servers.ts";
import { nameServerUpstream } from "../../packages/linux/src/nameserver/upstream/upstream.ts";
import { upstreamSocket } from "../../packages/linux/src/nameserver/upstream/upstream-socket.ts";
import { currentNamespace } from "../../packages/linux/src/netns/namespace.ts";
import { type NamespacePool, openNamespacePool } from "../../packages/linux/src/netns/namespace-pool.ts";
import { SOCK_DGRAM, SOCK_STREAM } from "../../packages/linux/src/sockets/constants.ts";
import { descriptors, enterFreshHost, run } from "../support/host.ts";
import { preparedAnswers } from "../support/prepared-answers.ts";

const LOCAL = "127.0.0.11";
const HEADER = 12;

const host = enterFreshHost();
afterAll(() => host.close());

type Box = Namespace & { readonly path: string };
let made = 0;
const makeBox = (): Box => host.makeNamespace(`box${made++}`);

const local = preparedAnswers(
  new Map([
    ["web.example", "10.7.0.2"],
    ["db.example", "fd07::3"],
  ]),
);

/** What dig in the namespace says, line by line: `+short` unless told otherwise. */
async function dig(box: Namespace, args: readonly string[]): Promise<readonly string[]> {
  const all = ["+short", "+tries=1", "+time=5", ...args];
  const { stdout } = await box.enter(() => ({ running: promisify(execFile)("dig", all) })).running;
  return stdout.trim().split("\n");
}

/** A message with this ID, and as many bytes as asked for behind its header. */
function message(id: number, more = 0): Uint8Array {
  const bytes = new Uint8Array(HEADER + more);
  bytes.set([id >> 8, id & 0xff]);
  return bytes;
}

/** Sockets that have been opened since, and not closed. */
const newSockets = (before: ReadonlyMap<number, string>): readonly string[] => {
  const known = new Set(before.values());
  return [...descriptors().values()].filter((target) => target.startsWith("socket:") && !known.has(target));
};

const idOf = (bytes: Uint8Array): number => ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
const echo: AnswerQuery = (query) => query.slice();

describe.each(["koffi", "ffi-rs"])("name servers over %s", (ffiName) => {
  const ffi = loadFfi(ffiName);
  const libc: Libc = bindLibc(ffi);
  let pool: NamespacePool;
  let servers: NameServers;
  let box: Box;

  beforeEach(() => {
    pool = openNamespacePool(libc, currentNamespace(libc));
    servers = nameServers({ ffi, libc, pool });
    box = makeBox();
  });
  afterEach(async () => {
    await servers.close();
    await pool.close();
  });

  const open = (answer: AnswerQuery, more: Partial<NameServerSpec> = {}): Promise<NameServer> =>
    servers.open({ namespacePath: box.path, address: LOCAL, answer, ...more });

  /** A client inside the sandbox. */
  const connect = (): Client => new Client(libc, box);

  describe("over UDP", () => {
    it("answer programs in the sandbox, from the address that was asked", async () => {
      await open(local);
      expect(await dig(box, [`@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
      expect(await dig(box, [`@${LOCAL}`, "db.example", "AAAA"])).toEqual(["fd07::3"]);
      const whole = await dig(box, ["+noshort", "+comments", `@${LOCAL}`, "nobody.example"]);
      expect(whole.join("\n")).toMatch(/status: NXDOMAIN/);
    });

    it("answer at an IPv6 address that the sandbox gets only later", async () => {
      await open(local, { address: "fd00:53::53" });
      run("ip", ["address", "add", "fd00:53::53/128", "dev", "lo", "nodad"], box);
      expect(await dig(box, ["@fd00:53::53", "web.example"])).toEqual(["10.7.0.2"]);
      expect(await dig(box, ["+tcp", "@fd00:53::53", "web.example"])).toEqual(["10.7.0.2"]);
    });

    it("tell who asks", async () => {
      const peers: NameServerPeer[] = [];
      await open((query, via, peer) => {
        peers.push({ address: peer.address, port: peer.port });
        return local(query, via, peer);
      });
      await dig(box, ["-b", "127.0.0.99#4567", `@${LOCAL}`, "web.example"]);
      await dig(box, ["-b", "127.0.0.98#4568", "+tcp", `@${LOCAL}`, "web.example"]);
      expect(peers).toEqual([
        { address: "127.0.0.99", port: 4567 },
        { address: "127.0.0.98", port: 4568 },
      ]);
    });

    it("give promised answers later, and none where there is none", async () => {
      const asked: number[] = [];
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await open((query) => {
        const answer = query.slice();
        asked.push(idOf(query));
        if (idOf(query) === 1) return released.then(() => answer);
        if (idOf(query) === 2) return undefined;
        if (idOf(query) === 3) return released.then(() => undefined);
        release();
        return answer;
      });
      const client = new PacketClient(libc, box);
      for (const id of [1, 2, 3, 4]) client.send(message(id));
      const answers = [idOf(await client.receive()), idOf(await client.receive())];
      expect(asked).toEqual([1, 2, 3, 4]);
      expect(answers).toEqual([4, 1]);
      client.send(message(5));
      expect(idOf(await client.receive())).toBe(5);
      client.close();
    });

    it("keep every answer with its query, in batches in which some get none, and with answers of any size", async () => {
      const sizes = [0, 100, 3000, 4084, 4085, 9000];
      await open((query) => {
        const id = idOf(query);
        if (id % 3 === 0) return undefined;
        const answer = new Uint8Array(HEADER + (sizes[id % sizes.length] ?? 0)).fill(id & 0xff);
        answer.set(query.subarray(0, 2));
        return answer;
      });
      const clients = [new PacketClient(libc, box), new PacketClient(libc, box)];
      for (let id = 0; id < 60; id++) clients[id % 2]?.send(message(id));
      for (const [at, client] of clients.entries()) {
        const wanted = Array.from({ length: 60 }, (_, id) => id).filter((id) => id % 2 === at && id % 3 !== 0);
        const got = new Map<number, Uint8Array>();
        while (got.size < wanted.length) {
          const answer = await client.receive();
          got.set(idOf(answer), answer);
        }
        expect([...got.keys()].sort((a, b) => a - b)).toEqual(wanted);
        for (const [id, answer] of got) {
          expect(answer.length).toBe(HEADER + (sizes[id % sizes.length] ?? 0));
          expect(answer.subarray(2).every((byte) => byte === (id & 0xff))).toBe(true);
        }
        client.close();
      }
    });

    it("go on after packets that are no queries, and after answers that fail", async () => {
      const failures: unknown[] = [];
      const lengths: number[] = [];
      await open(
        (query) => {
          lengths.push(query.length);
          if (idOf(query) === 1) throw new Error("thrown");
          return idOf(query) === 2 ? Promise.reject(new Error("rejected")) : query.slice();
        },
        { onFailure: (error) => failures.push(error) },
      );
      const client = new PacketClient(libc, box);
      client.send(new Uint8Array(11));
      client.send(message(9, 5000));
      client.send(message(1));
      client.send(message(2));
      client.send(message(3, 4096 - HEADER));
      expect(idOf(await client.receive())).toBe(3);
      expect(lengths).toEqual([12, 12, 4096]);
      expect(failures.map(String)).toEqual(["Error: thrown", "Error: rejected"]);
      client.close();
    });

    it("serve sandboxes that flood in turns with the others", async () => {
      const order: string[] = [];
      const note = (name: string): AnswerQuery => {
        return (query) => {
          order.push(name);
          return query.slice();
        };
      };
      const flooded = Array.from({ length: 8 }, makeBox);
      for (const { path } of flooded) {
        await servers.open({ namespacePath: path, address: LOCAL, answer: note("flood") });
      }
      await open(note("other"));
      const floods = flooded.map((each) => new PacketClient(libc, each));
      const client = new PacketClient(libc, box);
      // All before the event loop goes round: the sockets' buffers hold some hundred packets each.
      for (const flood of floods) for (let count = 0; count < 300; count++) flood.send(message(count));
      client.send(message(7));
      expect(idOf(await client.receive())).toBe(7);
      const aBatchEach = floods.length * 64;
      expect(order.indexOf("other")).toBeLessThanOrEqual(aBatchEach);
      while (order.length <= 2 * aBatchEach) await new Promise((resolve) => setImmediate(resolve));
      for (const each of [...floods, client]) each.close();
    });
  });

  describe("over TCP", () => {
    it("answer dig, and several queries on a connection", async () => {
      await open(local);
      expect(await dig(box, ["+tcp", `@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
      const kept = ["+tcp", "+keepopen", `@${LOCAL}`, "web.example", "A", "db.example", "AAAA"];
      expect(await dig(box, kept)).toEqual(["10.7.0.2", "fd07::3"]);
    });

    it("answer queries that came together, each as soon as it can", async () => {
      let release = (): void => undefined;
      await open((query) => {
        const answer = query.slice();
        if (idOf(query) !== 1) return answer;
        return new Promise((resolve) => {
          release = () => resolve(answer);
        });
      });
      const client = connect();
      client.write([1, 2, 3].map((id) => frame(message(id))));
      expect([idOf(await client.receive()), idOf(await client.receive())]).toEqual([2, 3]);
      release();
      expect(idOf(await client.receive())).toBe(1);
      // Half-closed, it still gets what it asked for.
      client.write([frame(message(1))]);
      client.socket.end();
      await client.ended(() => release());
      expect(client.frames.map(idOf)).toEqual([1]);
    });

    it.each([
      ["a length shorter than a header", Uint8Array.of(0, 11)],
      ["a length longer than queries are", Uint8Array.of(0x40, 0)],
    ])("close a connection with %s", async (_, bytes) => {
      await open(echo);
      const client = connect();
      client.write([frame(message(1))]);
      expect(idOf(await client.receive())).toBe(1);
      client.write([bytes]);
      await client.closed;
      const next = connect();
      next.write([frame(message(2))]);
      expect(idOf(await next.receive())).toBe(2);
      next.socket.destroy();
    });

    it("close a connection on which no whole query comes", async () => {
      await open(echo, { idleTimeout: 50 });
      const client = connect();
      client.write([Uint8Array.of(0, 20, 1)]);
      await client.closed;
    });

    it("take no more from a client than it takes of the answers, and cut it off when it takes none", async () => {
      let answered = 0;
      const answer = new Uint8Array(60_000);
      await open(
        () => {
          answered++;
          return answer;
        },
        { idleTimeout: 300 },
      );
      const before = descriptors();
      const client = connect();
      client.socket.pause();
      client.write(Array.from({ length: 20_000 }, (_, id) => frame(message(id))));
      const ends = async (count: number) => {
        while (newSockets(before).length !== count) await new Promise((resolve) => setImmediate(resolve));
      };
      await ends(2);
      await ends(1);
      client.socket.destroy();
      // What the two sockets' buffers hold, which the kernel grows to some megabytes, and not a gigabyte.
      expect(answered).toBeGreaterThan(0);
      expect(answered).toBeLessThan(1000);
    });

    it("wait for what was promised, however long it takes", async () => {
      const asked: (() => void)[] = [];
      await open(
        (query) => {
          const copy = query.slice();
          return new Promise((resolve) => asked.push(() => resolve(copy)));
        },
        { idleTimeout: 200 },
      );
      const [slow, idle] = [connect(), connect()];
      slow.write([frame(message(1))]);
      // Opened after it, and cut in the meantime.
      await idle.closed;
      for (const answer of asked) answer();
      expect(idOf(await slow.receive())).toBe(1);
      await slow.closed;
    });

    it("promise a client only so many answers at a time", async () => {
      const waiting: (() => void)[] = [];
      let woken = (): void => undefined;
      await open((query) => {
        const copy = query.slice();
        return new Promise((resolve) => {
          waiting.push(() => resolve(copy));
          if (waiting.length % 16 === 0) woken();
        });
      });
      const client = connect();
      const sixteen = () =>
        new Promise<void>((resolve) => {
          woken = resolve;
        });
      const first = sixteen();
      client.write(Array.from({ length: 40 }, (_, id) => frame(message(id))));
      await first;
      await new Promise((resolve) => setImmediate(resolve));
      expect(waiting).toHaveLength(16);
      const second = sixteen();
      for (const answer of waiting.slice()) answer();
      await second;
      expect(waiting).toHaveLength(32);
      client.socket.destroy();
    });

    it("accept so many connections of a sandbox, and close further ones", async () => {
      await open(echo);
      const clients = Array.from({ length: 64 }, connect);
      for (const client of clients) client.write([frame(message(5))]);
      for (const client of clients) expect(idOf(await client.receive())).toBe(5);
      const further = connect();
      await further.closed;
      clients[0]?.socket.destroy();
      await clients[0]?.closed;
      clients[1]?.write([frame(message(6))]);
      expect(idOf((await clients[1]?.receive()) ?? message(0))).toBe(6);
      for (const { socket } of clients) socket.destroy();
    });
  });

  describe("in their life", () => {
    it("hold two descriptors each, and give all back, with connections open and answers promised", async () => {
      await (await open(echo)).close();
      const boxes = Array.from({ length: 5 }, makeBox);
      for (const { path } of boxes) await pool.use(path, async () => undefined);
      const before = descriptors();
      let answer: (bytes: Uint8Array) => void = () => undefined;
      const promised = () =>
        new Promise<Uint8Array>((resolve) => {
          answer = resolve;
        });
      const opened: NameServer[] = [];
      for (const { path } of boxes) {
        opened.push(await servers.open({ namespacePath: path, address: LOCAL, answer: promised }));
      }
      expect(newSockets(before)).toHaveLength(10);
      const client = new Client(libc, boxes[0] ?? box);
      const packets = new PacketClient(libc, boxes[0] ?? box);
      packets.send(message(1));
      client.write([frame(message(1))]);
      for (const server of opened) await server.close();
      await client.closed;
      answer(message(1));
      packets.close();
      for (const server of opened) await server.close();
      expect(newSockets(before)).toEqual([]);
    });

    it("are harmless to a namespace that is deleted, and release it", async () => {
      const path = box.path;
      const server = await open(local);
      await pool.forget(path);
      deleteNamespace(libc, path);
      // The test's own descriptor still leads there.
      expect(await dig(box, [`@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
      await server.close();
      await expect(open(local)).rejects.toThrow(/no namespace|not a network namespace/);
    });

    it("stay awake when garbage is collected, though nobody keeps their handles", async () => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      await open(local);
      for (let turn = 0; turn < 3; turn++) {
        collect();
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await dig(box, [`@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
      expect(await dig(box, ["+tcp", `@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
    });

    it("can be closed while they answer", async () => {
      const asked: number[] = [];
      const server = await open((query) => {
        asked.push(idOf(query));
        void server.close();
        return query.slice();
      });
      const client = new PacketClient(libc, box);
      for (const id of [1, 2, 3]) client.send(message(id));
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      await server.close();
      client.close();
      expect(asked.length).toBeLessThanOrEqual(1);
      await open(local);
      expect(await dig(box, [`@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
    });

    it("name who has their port, and leave nothing behind then", async () => {
      await open(local);
      const before = descriptors();
      await expect(open(local)).rejects.toMatchObject({
        kind: "conflict",
        code: "port-in-use",
        message: expect.stringMatching(/127\.0\.0\.11 port 53\/udp in .*box\d+: this process/),
      });
      expect(newSockets(before)).toEqual([]);
    });
  });

  describe("and upstream transports", () => {
    const never = new AbortController().signal;
    const at = (port: number): NameServerPeer => ({ address: LOCAL, port });
    let upstream: ReturnType<typeof nameServerUpstream>;
    beforeEach(() => {
      upstream = nameServerUpstream({ ffi, libc, pool });
    });

    it("ask from inside the sandbox, or from the host, each time from another port", async () => {
      const heard: [string, number][] = [];
      const answer: AnswerQuery = (query, via, { port }) => {
        heard.push([via, port]);
        return query.slice();
      };
      await open(answer, { port: 5301 });
      const inside = { namespacePath: box.path };
      for (const id of [1, 2, 3]) {
        expect(idOf(await upstream.exchangeUdp(inside, at(5301), message(id), never))).toBe(id);
        expect(idOf(await upstream.exchangeTcp(inside, at(5301), message(id), never))).toBe(id);
      }
      expect(heard.map(([via]) => via)).toEqual(["udp", "tcp", "udp", "tcp", "udp", "tcp"]);
      expect(new Set(heard.map(([, port]) => port)).size).toBe(6);
      // Nobody listens in the host's namespace.
      for (const exchange of [upstream.exchangeUdp, upstream.exchangeTcp]) {
        await expect(exchange("host", at(5301), message(1), never)).rejects.toMatchObject({
          kind: "unavailable",
          message: `name server ${LOCAL} port 5301: ECONNREFUSED`,
        });
      }
    });

    it("carry long answers, over IPv6 as well", async () => {
      run("ip", ["address", "add", "fd00:53::1/128", "dev", "lo", "nodad"], box);
      await open((query) => Buffer.concat([query.subarray(0, 2), Buffer.alloc(60_000, 7)]), { address: "fd00:53::1" });
      const server = { address: "fd00:53::1", port: 53 };
      const inside = { namespacePath: box.path };
      for (const exchange of [upstream.exchangeUdp, upstream.exchangeTcp]) {
        const answer = await exchange(inside, server, message(258), never);
        expect([answer.length, idOf(answer), answer[60_001]]).toEqual([60_002, 258, 7]);
      }
    });

    it("take only an answer with the query's ID", async () => {
      const asked: string[] = [];
      await open((query, _, peer) => {
        asked.push(peer.address);
        const answer = query.slice();
        if (idOf(query) === 2) answer[1] = 99;
        return answer;
      });
      const inside = { namespacePath: box.path };
      const stop = new AbortController();
      const forged = upstream.exchangeUdp(inside, at(53), message(2), stop.signal);
      expect(idOf(await upstream.exchangeUdp(inside, at(53), message(1), never))).toBe(1);
      stop.abort(new Error("enough"));
      await expect(forged).rejects.toThrow("enough");
      expect(asked).toHaveLength(2);
    });

    it("end when aborted, and leave no descriptor", async () => {
      await open(() => undefined);
      const inside = { namespacePath: box.path };
      const before = descriptors();
      for (const exchange of [upstream.exchangeUdp, upstream.exchangeTcp]) {
        const stop = new AbortController();
        const waiting = exchange(inside, at(53), message(1), stop.signal);
        await new Promise((resolve) => setImmediate(resolve));
        stop.abort(new Error("no longer wanted"));
        await expect(waiting).rejects.toThrow("no longer wanted");
        await expect(exchange(inside, at(53), message(1), stop.signal)).rejects.toThrow("no longer wanted");
      }
      // Sockets are closed in the event loop's next turn.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      expect(newSockets(before)).toEqual([]);
    });

    it("say when no way leads there, when the namespace is gone, and when the other side hangs up", async () => {
      const inside = { namespacePath: box.path };
      const outside = { address: "192.0.2.53", port: 53 };
      for (const exchange of [upstream.exchangeUdp, upstream.exchangeTcp]) {
        await expect(exchange(inside, outside, message(1), never)).rejects.toThrow("192.0.2.53 port 53: ENETUNREACH");
        await expect(exchange({ namespacePath: "/nowhere" }, outside, message(1), never)).rejects.toThrow(
          /no namespace/,
        );
      }
      await open(() => undefined, { idleTimeout: 30 });
      await expect(upstream.exchangeTcp(inside, at(53), message(1), never)).rejects.toThrow(/closed the connection/);
    });
  });
});

describe("the platform", () => {
  it("opens name servers, asks others, and closes what is left open", async () => {
    const box = makeBox();
    const before = descriptors().size;
    const platform = await linuxPlatform({ runDir: host.runDir });
    await platform.openNameServer({ namespacePath: box.path, address: LOCAL, answer: local });
    expect(await dig(box, [`@${LOCAL}`, "web.example"])).toEqual(["10.7.0.2"]);
    const server = { address: LOCAL, port: 53 };
    const { signal } = new AbortController();
    const answer = await platform.upstream.exchangeUdp({ namespacePath: box.path }, server, message(77, 5), signal);
    expect(idOf(answer)).toBe(77);
    await platform.close();
    expect(descriptors().size).toBe(before);
  });
});

/** A stream to the name server of a namespace. */
class Client {
  readonly socket: Socket;
  readonly frames: Uint8Array[] = [];
  readonly closed: Promise<unknown>;
  readonly #reader = new FrameReader();
  #heard = (): void => undefined;

  constructor(libc: Libc, namespace: Namespace) {
    const fd = upstreamSocket(libc, namespace, { address: LOCAL, port: 53 }, SOCK_STREAM);
    this.socket = new Socket({ fd, allowHalfOpen: true });
    this.socket.on("data", (chunk: Buffer) => {
      this.#reader.push(chunk);
      for (let next = this.#reader.next(); next instanceof Uint8Array; next = this.#reader.next()) {
        this.frames.push(next);
      }
      this.#heard();
    });
    this.socket.on("error", () => undefined);
    this.socket.on("end", () => this.socket.destroy());
    this.closed = new Promise((resolve) => {
      this.socket.once("close", resolve);
    });
  }

  write(parts: readonly Uint8Array[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  async receive(): Promise<Uint8Array> {
    for (;;) {
      const next = this.frames.shift();
      if (next !== undefined) return next;
      if (this.socket.destroyed) throw new Error("the connection is closed");
      await Promise.race([
        this.closed,
        new Promise<void>((resolve) => {
          this.#heard = resolve;
        }),
      ]);
    }
  }

  async ended(nudge: () => void): Promise<void> {
    while (!this.socket.destroyed) {
      nudge();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Packets to the name server of a namespace. */
class PacketClient {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(1 << 16);

  constructor(libc: Libc, namespace: Namespace) {
    this.#libc = libc;
    this.#fd = upstreamSocket(libc, namespace, { address: LOCAL, port: 53 }, SOCK_DGRAM);
  }

  send(packet: Uint8Array): void {
    this.#libc.send(this.#fd, packet, packet.length, 0);
  }

  async receive(): Promise<Uint8Array> {
    for (;;) {
      const length = this.#libc.recv(this.#fd, this.#buffer, this.#buffer.length, 0);
      if (length >= 0) return this.#buffer.slice(0, length);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}
