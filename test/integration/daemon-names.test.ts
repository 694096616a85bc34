import { type ChildProcess, execFile, spawn } from "node:child_process";
import { on, once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Namespace } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonWorld } from "../support/daemon-world.ts";
import { RawSockets } from "../support/raw-sockets.ts";

const START = { Networks: [{ Network: "app" }], Cmd: ["sleep", "infinity"] } as const;

const root = fileURLToPath(new URL("../..", import.meta.url));

let world: DaemonWorld;
let upstream: Upstream;
let resolvConf: string;
let asker: Namespace;
let askerId: string;

beforeAll(async () => {
  const ensure = 'import("./tools/lib/prepare.mjs").then(({ ensureBuilt }) => ensureBuilt())';
  await promisify(execFile)(process.execPath, ["-e", ensure], { cwd: root });
  world = await DaemonWorld.open();
  const neighbour = world.host.makeNeighbour();
  upstream = new Upstream(neighbour);
  await upstream.start();
  resolvConf = join(world.host.folder, "resolv.conf");
  writeFileSync(resolvConf, "nameserver 192.0.2.2\nsearch corp.example\noptions ndots:3 edns0\n");
  await world.start({ resolvConf });
  await world.client.createNetwork({ Name: "app", IPAM: { Config: [{ Subnet: "10.7.0.0/24" }] } });
  await world.client.createNetwork({
    Name: "dual",
    EnableIPv6: true,
    IPAM: { Config: [{ Subnet: "10.8.0.0/24" }, { Subnet: "fd08::/64" }] },
  });
  const { Id, Netns } = await world.client.run({ Name: "asker", ...START, Networks: [{ Network: "app" }] });
  askerId = Id;
  asker = world.host.openNamespace(Netns);
});

afterAll(async () => {
  asker?.close();
  await world?.close();
  await upstream?.stop();
});

/** What the `cnm` command prints. */
async function cnm(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, CNM_HOST: `unix://${world.socket}`, CNM_AUTOSTART: "0" };
  const all = [join(root, "packages/cli/dist/cnm.cjs"), ...args];
  return (await promisify(execFile)(process.execPath, all, { env })).stdout;
}

/** A command's output in a sandbox's network, with nothing of its files: the resolver is named. */
async function dig(...args: readonly string[]): Promise<string> {
  const all = ["@127.0.0.11", "+tries=1", "+time=6", ...args];
  const { stdout } = await asker.enter(() => ({ running: promisify(execFile)("dig", all) })).running;
  return stdout;
}

const short = async (...args: readonly string[]): Promise<readonly string[]> =>
  (await dig("+short", ...args)).trim().split("\n");

const statusOf = (output: string): string | undefined => /status: ([A-Z]+)/.exec(output)?.[1];
const countOf = (output: string): number => Number(/ANSWER: (\d+)/.exec(output)?.[1]);

/** What a program prints that the daemon runs in a sandbox of its own, with the sandbox's files. */
async function printed(Cmd: readonly string[], more: object = {}): Promise<string> {
  const { Id } = await world.client.run({ Networks: [{ Network: "app" }], ...more, Cmd: [...Cmd] });
  await world.client.wait(Id);
  const pieces: Buffer[] = [];
  for await (const piece of await world.client.logs(Id)) pieces.push(piece);
  await world.client.removeSandbox(Id);
  return Buffer.concat(pieces).toString();
}

describe("names of sandboxes, as programs see them", () => {
  it("lead to each other from the command line, too", async () => {
    writeFileSync(join(world.host.folder, "page"), "the page\n");
    const server = ["busybox", "httpd", "-f", "-p", "8080", "-h", world.host.folder];
    const id = (await cnm("run", "-d", "--name", "shop", "--network", "app", "--", ...server)).trim();
    const inside = world.host.openNamespace((await world.client.sandbox(id)).Netns);
    await listening(inside, 8080);
    inside.close();
    const fetch = ["busybox", "wget", "-qO-", "http://shop:8080/page"];
    expect(await cnm("run", "--rm", "--network", "app", "--", ...fetch)).toBe("the page\n");
    expect(await cnm("exec", "shop", "--", "cat", "/etc/resolv.conf")).toMatch(/^nameserver 127\.0\.0\.11$/m);
    await cnm("sandbox", "rm", "-f", "shop");
  });

  it("lead to each other: a page by name", async () => {
    writeFileSync(join(world.host.folder, "page"), "the page\n");
    const server = ["busybox", "httpd", "-f", "-p", "8080", "-h", world.host.folder];
    const { Id } = await world.client.run({ Name: "db", ...START, Networks: [{ Network: "app" }], Cmd: server });
    const inside = world.host.openNamespace((await world.client.sandbox(Id)).Netns);
    await listening(inside, 8080);
    inside.close();
    expect(await printed(["busybox", "wget", "-qO-", "http://db:8080/page"])).toBe("the page\n");
    await world.client.removeSandbox(Id, true);
  });

  it("are the same for dig, glibc and busybox, by UDP and TCP, forth and back", async () => {
    const { Id } = await world.client.run({
      Name: "web",
      Hostname: "www1",
      ...START,
      Networks: [{ Network: "app", Ip: "10.7.0.80", Aliases: ["shop"] }],
    });
    try {
      for (const name of ["web", "shop", "www1", "WEB", "web.app", Id.slice(0, 12)]) {
        expect(await short(name), name).toEqual(["10.7.0.80"]);
        expect(await short("+tcp", name), name).toEqual(["10.7.0.80"]);
      }
      expect(await short("-x", "10.7.0.80")).toEqual(["web.app."]);
      expect(await printed(["getent", "ahostsv4", "web"])).toMatch(/^10\.7\.0\.80\s+STREAM web\n/);
      expect(await printed(["getent", "hosts", "10.7.0.80"])).toMatch(/^10\.7\.0\.80\s+web\.app\n/);
      expect(await printed(["busybox", "nslookup", "web", "127.0.0.11"])).toMatch(/Name:\s+web\nAddress: 10\.7\.0\.80/);
    } finally {
      await world.client.removeSandbox(Id, true);
    }
    const gone = await dig("web");
    expect([statusOf(gone), countOf(gone)]).toEqual(["NXDOMAIN", 0]);
  });

  it("without an address of that family are there all the same, and never asked for outside", async () => {
    const { Id } = await world.client.run({ Name: "four", ...START });
    upstream.forget();
    const answer = await dig("AAAA", "four");
    expect([statusOf(answer), countOf(answer)]).toEqual(["NOERROR", 0]);
    expect(upstream.asked()).toEqual([]);
    await world.client.removeSandbox(Id, true);
  });

  it("have both families where the network has", async () => {
    const both = await world.client.run({
      Name: "both",
      ...START,
      Networks: [{ Network: "dual", Ip: "10.8.0.9", Ip6: "fd08::9" }],
    });
    await world.client.connectNetwork("dual", askerId);
    expect(await short("both")).toEqual(["10.8.0.9"]);
    expect(await short("AAAA", "both")).toEqual(["fd08::9"]);
    expect(await short("-x", "fd08::9")).toEqual(["both.dual."]);
    await world.client.disconnectNetwork("dual", askerId);
    // Names are seen on one's own networks only.
    expect(statusOf(await dig("both"))).toBe("NXDOMAIN");
    await world.client.removeSandbox(both.Id, true);
  });
});

describe("names that are not ours", () => {
  it("are asked of the host's name servers, from the host", async () => {
    expect(await short("outside.example")).toEqual(["198.51.100.80"]);
    expect(await short("alias.example")).toEqual(["outside.example.", "198.51.100.80"]);
    expect(statusOf(await dig("nobody.example"))).toBe("NXDOMAIN");
  });

  it("may have long answers, which come over TCP", async () => {
    const answer = await dig("TXT", "big.example");
    expect(answer).toMatch(/\(TCP\)/);
    expect(answer.match(/x{250}/g)).toHaveLength(8);
  });

  it("are asked of the sandbox's own servers from inside it", async () => {
    // The host does not lead there: only the sandbox has such an address.
    const inside = ["dig", "+short", "+time=5", "+tries=1", "outside.example"];
    expect(await printed(inside, { Dns: ["192.0.2.2"] })).toBe("198.51.100.80\n");
    expect(await printed(["cat", "/etc/resolv.conf"], { Dns: ["192.0.2.2"], DnsSearch: ["in.example"] })).toMatch(
      /^nameserver 127\.0\.0\.11\nsearch in\.example\noptions ndots:3 edns0\n/m,
    );
  });

  it("are asked of nobody by a sandbox that has no way out", async () => {
    await world.client.createNetwork({ Name: "shut", Internal: true, IPAM: { Config: [{ Subnet: "10.9.0.0/24" }] } });
    upstream.forget();
    const answer = await printed(["dig", "+time=5", "+tries=1", "outside.example"], {
      Networks: [{ Network: "shut" }],
    });
    expect(statusOf(answer)).toBe("SERVFAIL");
    expect(upstream.asked()).toEqual([]);
    await world.client.removeNetwork("shut");
  });

  it("follow the host's file, even when another one takes its place", async () => {
    const original = readFileSync(resolvConf);
    const changed = followed(`${(await world.client.sandbox(askerId)).EtcDir}/resolv.conf`, /new\.example/);
    writeFileSync(`${resolvConf}.new`, "nameserver 192.0.2.2\nsearch new.example\n");
    renameSync(`${resolvConf}.new`, resolvConf);
    await changed;
    const back = followed(`${(await world.client.sandbox(askerId)).EtcDir}/resolv.conf`, /corp\.example/);
    writeFileSync(resolvConf, original);
    await back;
  });

  it("fail within five seconds when the servers are dead, while ours are answered", async () => {
    const { Id } = await world.client.run({ Name: "near", ...START, Networks: [{ Network: "app", Ip: "10.7.0.90" }] });
    await upstream.pause();
    // dig gives up after five seconds: an answer that comes at all came in time.
    const far = dig("+time=5", "far.example");
    for (let count = 0; count < 20; count++) expect(await short("near")).toEqual(["10.7.0.90"]);
    expect(statusOf(await far)).toBe("SERVFAIL");

    const socket = await new RawSockets().datagrams(asker);
    const answers = on(socket, "message");
    const next = async (): Promise<Buffer> => (await answers.next()).value[0];
    const outside = Array.from({ length: 100 }, (_, at) => 1000 + at);
    for (const id of outside) socket.send(question(id, `far${id}`, "example"), 53, "127.0.0.11");
    // Each asked when the one before is answered, and none of those that were asked first is.
    for (let id = 0; id < 300; id++) {
      socket.send(question(id, "near"), 53, "127.0.0.11");
      expect(idAndStatus(await next())).toEqual([id, 0]);
    }
    const failures: (readonly [number, number])[] = [];
    for (const _ of outside) failures.push(idAndStatus(await next()));
    expect(failures.sort(([one], [other]) => one - other)).toEqual(outside.map((id) => [id, SERVFAIL]));
    socket.close();
    upstream.resume();
    await world.client.removeSandbox(Id, true);
  });
});

const SERVFAIL = 2;

/** One for the address of a name. */
function question(id: number, ...labels: readonly string[]): Buffer {
  const header = Buffer.from([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const name = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([header, ...name, Buffer.from([0, 0, 1, 0, 1])]);
}

const idAndStatus = (answer: Buffer): readonly [id: number, status: number] => [
  answer.readUInt16BE(0),
  answer.readUInt8(3) & 0xf,
];

describe("a daemon that was killed", () => {
  it("answers again when it is back, for sandboxes that live on", async () => {
    const { Id } = await world.client.run({ Name: "lives", ...START, Networks: [{ Network: "app", Ip: "10.7.0.91" }] });
    await world.daemon.kill();
    await world.start({ resolvConf });
    expect(await short("lives")).toEqual(["10.7.0.91"]);
    expect(await short("outside.example")).toEqual(["198.51.100.80"]);
    await world.client.removeSandbox(Id, true);
  });
});

/** dnsmasq on the neighbour: a name server that is not ours. */
class Upstream {
  readonly #namespace: Namespace;
  #program: ChildProcess | undefined;
  #lines: string[] = [];

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  async start(): Promise<void> {
    const long = `${"x".repeat(250)}`;
    const args = [
      ...["--no-daemon", "--no-hosts", "--no-resolv", "--log-queries", "--log-facility=-", "--user=root"],
      ...["--listen-address=192.0.2.2", "--bind-interfaces", "--conf-file=/dev/null", "--pid-file="],
      ...["--host-record=outside.example,198.51.100.80", "--cname=alias.example,outside.example"],
      ...["--address=/#/", "--edns-packet-max=1232", `--txt-record=big.example,${new Array(8).fill(long).join(",")}`],
    ];
    const program = this.#namespace.enter(() => spawn("dnsmasq", args, { stdio: ["ignore", "ignore", "pipe"] }));
    this.#program = program;
    await new Promise<void>((resolve, reject) => {
      program.once("exit", (status) =>
        reject(new Error(`dnsmasq ended with status ${status}: ${this.#lines.join("\n")}`)),
      );
      createInterface(program.stderr).on("line", (line) => {
        this.#lines.push(line);
        if (/started/.test(line)) resolve();
      });
    });
  }

  /** The names that it was asked for. */
  asked(): readonly string[] {
    return this.#lines.flatMap((line) => /query\[\w+\] (\S+)/.exec(line)?.[1] ?? []);
  }

  forget(): void {
    this.#lines = [];
  }

  /** It is there, and says nothing. */
  async pause(): Promise<void> {
    this.#program?.kill("SIGSTOP");
  }

  resume(): void {
    this.#program?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    const program = this.#program;
    if (program === undefined) return;
    program.removeAllListeners("exit");
    const ended = once(program, "exit");
    program.kill("SIGCONT");
    program.kill("SIGTERM");
    await ended;
  }
}

/** Resolves when somebody listens on the port. */
async function listening(namespace: Namespace, port: number): Promise<void> {
  const { stdout } = await namespace.enter(() => ({ running: promisify(execFile)("ss", ["-Hltn"]) })).running;
  if (!stdout.includes(`:${port} `)) await listening(namespace, port);
}

/** Resolves when the file says it. */
async function followed(path: string, words: RegExp): Promise<void> {
  const { watch } = await import("node:fs/promises");
  const stop = new AbortController();
  const changes = watch(path, { signal: stop.signal });
  try {
    if (words.test(readFileSync(path, "utf8"))) return;
    for await (const _ of changes) if (words.test(readFileSync(path, "utf8"))) return;
  } finally {
    stop.abort();
  }
}
