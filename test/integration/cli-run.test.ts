import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { enterFreshHost, run } from "../support/host.ts";
import { World } from "../support/world.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const host = enterFreshHost();
const socket = join(host.folder, "cnm.sock");
const etcDir = join(host.folder, "etc");
const requests: string[] = [];
let netns = "";
let world: World | undefined;

/** Answers as the daemon does; the sandbox that it tells of is real. */
const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(request.method === "DELETE" ? 204 : 200, { "content-type": "application/json" });
    const answer = { Id: "b0c8", Name: "web1", Warnings: [], Netns: netns, EtcDir: etcDir };
    response.end(request.method === "DELETE" ? undefined : JSON.stringify(answer));
  });
});

beforeAll(async () => {
  const ensure = 'import("./tools/lib/prepare.mjs").then(({ ensureBuilt }) => ensureBuilt())';
  run("env", ["-C", root, process.execPath, "-e", ensure]);
  server.listen(socket);
  await once(server, "listening");
  world = await World.open(host);
  const web = await world.cnm.createNetwork({ name: "web", ipam: { subnets: ["10.7.1.0/24", "fd07:1::/64"] } });
  const box = await world.cnm.createSandbox({ name: "web1" });
  await box.join(web);
  netns = (await box.info()).namespace.path;
  mkdirSync(etcDir);
  writeFileSync(join(etcDir, "hosts"), "10.7.1.2 web1.lan web1\n");
  writeFileSync(join(etcDir, "resolv.conf"), "nameserver 127.0.0.11\n");
  writeFileSync(join(etcDir, "hostname"), "web1\n");
});
beforeEach(() => void requests.splice(0));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world?.close();
  host.close();
});

const start = (...argv: readonly string[]): ChildProcess =>
  spawn(process.execPath, [join(root, "packages/cli/dist/cnm.cjs"), ...argv], {
    env: { ...process.env, CNM_HOST: `unix://${socket}`, CNM_AUTOSTART: "0" },
    stdio: ["pipe", "pipe", "pipe"],
  });

interface Outcome {
  readonly status: unknown;
  readonly out: string;
  readonly err: string;
}

async function outcome(child: ChildProcess, input = ""): Promise<Outcome> {
  const texts = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => {
    texts.out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    texts.err += chunk;
  });
  child.stdin?.end(input);
  const [code, signal] = await once(child, "close");
  return { status: code ?? signal, ...texts };
}

const exec = (...command: readonly string[]): Promise<Outcome> => outcome(start("exec", "web1", "--", ...command));

/** What entering a sandbox could change here. Other mounts come and go with other people's work. */
const hostsOwn = () => {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const inEtc = mounts.filter((line) => line.split(" ")[4]?.startsWith("/etc/"));
  return [readFileSync("/etc/hosts", "utf8"), hostname(), inEtc];
};

describe("cnm exec", () => {
  it("is inside: the sandbox's interface, hosts, resolv.conf and host name", async () => {
    const { status, out, err } = await exec("ip", "-j", "address");
    expect([status, err]).toEqual([0, ""]);
    const links: readonly Record<string, unknown>[] = JSON.parse(out);
    expect(links.map(({ ifname }) => ifname)).toEqual(["lo", "eth0"]);
    expect(out).toContain('"local":"10.7.1.2"');
    const etc = await exec("cat", "/etc/hosts", "/etc/resolv.conf", "/etc/hostname");
    expect(etc.out).toBe("10.7.1.2 web1.lan web1\nnameserver 127.0.0.11\nweb1\n");
    expect((await exec("uname", "-n")).out).toBe("web1\n");
  });

  it("leaves the host as it was", async () => {
    const before = hostsOwn();
    const { out } = await exec("readlink", "/proc/self/ns/mnt", "/proc/self/ns/net");
    const own = ["mnt", "net"].map((kind) => readlinkSync(`/proc/thread-self/ns/${kind}`));
    for (const namespace of own) expect(out).not.toContain(namespace);
    expect(hostsOwn()).toEqual(before);
  });

  it("passes on input, output, environment, folder and exit status", async () => {
    expect(await outcome(start("exec", "web1", "cat"), "over there")).toEqual({
      status: 0,
      out: "over there",
      err: "",
    });
    const child = start("exec", "-e", "A=b c", "-w", "/usr", "web1", "--", "sh", "-c", 'echo "$A" "$PWD" >&2; exit 7');
    expect(await outcome(child)).toEqual({ status: 7, out: "", err: "b c /usr\n" });
  });

  it.each([
    [["no-such-program"], 127, /^cnm: cannot start no-such-program: there is no program/],
    [["/etc/hosts"], 126, /^cnm: cannot start \/etc\/hosts: .*EACCES/],
    [["sh", "-c", "kill -KILL $$"], 137, /^$/],
    [["sh", "-c", "kill -TERM $$"], 143, /^$/],
  ])("%j ends with %i", async (command, status, err) => {
    expect(await exec(...command)).toEqual({ status, out: "", err: expect.stringMatching(err) });
  });

  it("names a namespace that is not there", async () => {
    const before = netns;
    netns = "/run/no/such/namespace";
    const { status, err } = await exec("true");
    netns = before;
    expect([status, err]).toEqual([1, "cnm: there is no namespace /run/no/such/namespace\n"]);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1"] as const)("passes %s on", async (signal) => {
    const program = `process.on("${signal}", () => { console.log("got it"); process.exit(9); }); setInterval(() => {}, 1e6); console.log("ready");`;
    const child = start("exec", "web1", "--", process.execPath, "-e", program);
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const closed = once(child, "close");
    expect((await lines.next()).value).toBe("ready");
    child.kill(signal);
    expect((await lines.next()).value).toBe("got it");
    expect((await closed)[0]).toBe(9);
  });
});

describe("cnm run", () => {
  const MADE = "POST /cnm/v1/run";
  const REMOVED = "DELETE /cnm/v1/sandboxes/b0c8?force=true";

  it("runs in the sandbox that the daemon made, and leaves it", async () => {
    const { status, out } = await outcome(start("run", "--", "cat", "/etc/hostname"));
    expect([status, out, requests]).toEqual([0, "web1\n", [MADE]]);
  });

  it("--rm removes it, whatever the program says", async () => {
    expect((await outcome(start("run", "--rm", "--", "sh", "-c", "exit 3"))).status).toBe(3);
    expect(requests).toEqual([MADE, REMOVED]);
    requests.splice(0);
    expect((await outcome(start("run", "--rm", "--", "no-such-program"))).status).toBe(127);
    expect(requests).toEqual([MADE, REMOVED]);
  });

  it("--rm removes it when a signal ends the program", async () => {
    const child = start(
      "run",
      "--rm",
      "--",
      process.execPath,
      "-e",
      'setInterval(() => {}, 1e6); console.log("ready");',
    );
    const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const closed = once(child, "close");
    expect((await lines.next()).value).toBe("ready");
    child.kill("SIGTERM");
    expect((await closed)[0]).toBe(143);
    expect(requests).toEqual([MADE, REMOVED]);
  });
});
