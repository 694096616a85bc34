import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventJson, TaskJson } from "@cnm/daemon/client";
import type { Namespace } from "@cnm/linux";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cnmCommand } from "../support/cnm-command.ts";
import { Conversation } from "../support/conversation.ts";
import { DaemonWorld } from "../support/daemon-world.ts";
import { enterFreshHost, run } from "../support/host.ts";
import { patience } from "../support/slowness.ts";

/** Says its name to whoever connects, over both families; a signal makes it stop listening, the next one listen again. */
const SERVER = `
  const sockets = new Set();
  const server = require("net").createServer((socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
    socket.write(process.env.NAME + " ");
  });
  const listen = () => server.listen(80, "::");
  process.on("SIGUSR2", () => (server.listening ? server.close() : listen()));
  listen();
  setInterval(() => {}, 60_000);
`;
const FAST = ["--health-interval", "200ms", "--health-retries", "1"];
const WAIT = { timeout: patience(20_000) };

const host = enterFreshHost();
const talk = new Conversation();
let world: DaemonWorld;
let client: Namespace;

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start();
  await cnm("network", "create", "--subnet", "10.7.0.0/24", "--subnet", "fd07::/64", "app");
  await cnm("run", "-d", "--name", "client", "--network", "app", "--", "sleep", "10000");
  client = host.openNamespace((await world.client.sandbox("client")).Netns);
});
afterAll(async () => {
  await talk.close();
  client.close();
  await world.close();
  expect(testPrograms()).toEqual([]);
  host.close();
});

async function cnm(...line: readonly string[]): Promise<string> {
  const { status, out, err } = await cnmCommand(world.socket, ...line);
  expect({ line, status, err }).toEqual({ line, status: 0, err: "" });
  return out;
}

const serve = async (service: string, name: string): Promise<void> => {
  const program = [process.execPath, "-e", SERVER];
  await cnm("run", "-d", "--name", name, "--service", service, "-e", `NAME=${name}`, "--", ...program);
};

const tasks = (service: string): Promise<readonly TaskJson[]> => world.client.tasks({ service: [service] });
const healths = async (service: string): Promise<readonly string[]> =>
  (await tasks(service)).map(({ Cnm }) => `${Cnm.Name} ${Cnm.Health}`).sort();

/** Who answers so many connections, one after the other. */
async function askers(address: string, times: number): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let round = 0; round < times; round++) names.add((await talk.greet(client, address, 8080)).split(" ")[0] ?? "");
  return [...names].sort();
}

const resolved = (name: string, type: "A" | "AAAA"): readonly string[] =>
  run("dig", ["+short", "@127.0.0.11", name, type], client)
    .split("\n")
    .filter((line) => line !== "")
    .sort();

async function addressesOf(service: string, names: readonly string[], family: 4 | 6): Promise<readonly string[]> {
  const found = (await tasks(service)).filter(({ Cnm }) => names.includes(Cnm.Name));
  return found
    .flatMap(({ NetworksAttachments: [at] }) => at?.Addresses ?? [])
    .filter((address) => address.includes(":") === (family === 6))
    .map((address) => address.replace(/\/.*$/, ""))
    .sort();
}

/** The first event of this kind from the moment of the call. */
async function nextEvent(action: string): Promise<() => Promise<EventJson>> {
  const stream = await world.client.events({ filters: { event: [action] } });
  return async () => {
    for await (const event of stream) return event;
    throw new Error(`there was no event ${action}`);
  };
}

/** Programs of health tests that run. */
const testPrograms = (): readonly string[] =>
  readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`CNM_HEALTH_TEST=${world.host.stateDir}`);
      } catch {
        return false;
      }
    });

describe.each([
  ["vip", "--health-tcp", "80"],
  ["dnsrr", "--health-cmd", "exec 3<>/dev/tcp/127.0.0.1/80"],
] as const)("a service of mode %s, tested with %s", (mode, option, test) => {
  const service = `svc-${mode}`;
  const names = ["web1", "web2", "web3"].map((name) => `${mode}-${name}`);
  const [one = "", two = "", three = ""] = names;

  it("has the tasks that listen, and no others, at once", { timeout: patience(60_000) }, async () => {
    const ports = mode === "vip" ? ["--publish", "8080:80"] : [];
    const how = ["--endpoint-mode", mode, "--drain-timeout", "0", ...ports];
    const shell = option === "--health-cmd" ? `bash -c '${test}'` : test;
    await cnm("service", "create", "--network", "app", ...how, option, shell, ...FAST, service);
    for (const name of names) await serve(service, name);
    await expect.poll(() => healths(service), WAIT).toEqual(names.map((name) => `${name} healthy`));

    const whole = async () => {
      for (const [family, type] of [
        [4, "A"],
        [6, "AAAA"],
      ] as const) {
        expect(resolved(`tasks.${service}`, type)).toEqual(await addressesOf(service, names, family));
        if (mode === "dnsrr") expect(resolved(service, type)).toEqual(resolved(`tasks.${service}`, type));
        else expect(await askers(resolved(service, type)[0] ?? "", 12)).toEqual(names);
      }
    };
    await whole();

    const sick = await nextEvent("health_status: unhealthy");
    await cnm("kill", "-s", "USR2", two);
    expect((await sick()).Actor.Attributes).toMatchObject({ name: two, service, reason: expect.any(String) });
    const left = [one, three];
    for (const [family, type] of [
      [4, "A"],
      [6, "AAAA"],
    ] as const) {
      expect(resolved(`tasks.${service}`, type)).toEqual(await addressesOf(service, left, family));
      if (mode === "dnsrr") expect(resolved(service, type)).toEqual(resolved(`tasks.${service}`, type));
      else expect(await askers(resolved(service, type)[0] ?? "", 30)).toEqual(left);
    }
    const format = "{{.Sandbox}} {{.Health}} {{.CurrentState}} {{.Error}}";
    const shown = await cnm("service", "ps", "--no-trunc", "--format", format, service);
    expect(shown).toMatch(new RegExp(`${two} unhealthy Failed .* ago \\(unhealthy\\) ".*refuse`, "i"));
    expect(await cnm("service", "ls", "--filter", `name=${service}`, "--format", "{{.Replicas}}")).toBe("2/3\n");
    expect((await world.client.container(two)).State.Health).toMatchObject({ Status: "unhealthy" });

    const well = await nextEvent("health_status: healthy");
    await cnm("kill", "-s", "USR2", two);
    await well();
    await whole();
  });

  it("is tested on after kill -9 and a restart", { timeout: patience(60_000) }, async () => {
    await world.daemon.kill();
    await world.start();
    expect(await healths(service)).toEqual(names.map((name) => `${name} healthy`));
    await cnm("kill", "-s", "USR2", one);
    await expect.poll(() => healths(service), WAIT).toContain(`${one} unhealthy`);
    expect(resolved(`tasks.${service}`, "A")).toEqual(await addressesOf(service, [two, three], 4));
    await cnm("kill", "-s", "USR2", one);
    await expect.poll(() => healths(service), WAIT).toEqual(names.map((name) => `${name} healthy`));
  });

  it("leaves nothing behind", async () => {
    const before = descriptors();
    await cnm("service", "rm", service);
    await cnm("sandbox", "rm", "-f", ...names);
    await expect.poll(testPrograms, WAIT).toEqual([]);
    await expect.poll(() => descriptors() <= before, WAIT).toBe(true);
    expect(await world.client.doctor()).toEqual({ Findings: [], Differences: [] });
  });
});

const descriptors = (): number => readdirSync(`/proc/${world.daemon.pid}/fd`).length;

it("a task is tested in its own way: over HTTP, from inside", { timeout: patience(60_000) }, async () => {
  await cnm("service", "create", "--network", "app", "--drain-timeout", "0", "--health-tcp", "1", ...FAST, "page");
  const answer =
    'require("http").createServer((q, r) => r.writeHead(q.url === "/up" ? 204 : 500).end()).listen(8080, "127.0.0.1")';
  const program = [process.execPath, "-e", answer];
  const page = ["run", "-d", "--service", "page", "--health-http"];
  await cnm(...page, "http://localhost:8080/up", "--name", "good", "--", ...program);
  await cnm(...page, "http://localhost:8080/", "--name", "bad", "--health-start-interval", "100ms", "--", ...program);
  await cnm("run", "-d", "--service", "page", "--no-healthcheck", "--name", "blind", "--", "sleep", "1000");
  await expect.poll(() => healths("page"), WAIT).toEqual(["bad unhealthy", "blind none", "good healthy"]);
  const [bad] = (await tasks("page")).filter(({ Cnm }) => Cnm.Name === "bad");
  await expect
    .poll(async () => (await world.client.task(bad?.ID ?? "")).Status.Err, WAIT)
    .toMatch(/^127\.0\.0\.1:8080\/ answers with status 500; no connection to \[::1\]:8080: nobody listens there/);
  const Healthcheck = { Test: ["TCP", "1"], Interval: 2e8, Timeout: 3e10, StartInterval: 5e9, Retries: 1 };
  const [endpoint] = (await world.client.sandbox("good")).Endpoints;
  expect(endpoint?.Task).toMatchObject({ Health: "healthy", HealthReport: { Status: "healthy", FailingStreak: 0 } });
  expect((await world.client.service("page")).Spec.TaskTemplate.ContainerSpec).toEqual({ Image: "", Healthcheck });
  await cnm("service", "rm", "page");
  await cnm("sandbox", "rm", "-f", "good", "bad", "blind");
});

it("programs of tests see the sandbox, end with their time, and outlive nobody", {
  timeout: patience(60_000),
}, async () => {
  const flag = join(host.folder, "flag");
  const seen = join(host.folder, "seen");
  writeFileSync(flag, "");
  const script = `(hostname; cat /etc/hostname; pwd; echo $NAME; ls /sys/class/net) >${seen}.new; mv ${seen}.new ${seen}; test -e ${flag} || sleep 1000`;
  const limit = patience(500);
  const times = ["--health-interval", "100ms", "--health-timeout", `${limit}ms`, "--health-retries", "1"];
  await cnm("service", "create", "--network", "app", "--drain-timeout", "0", "--health-cmd", script, ...times, "own");
  const place = ["--hostname", "box", "-w", "/usr", "-e", "NAME=mine"];
  await cnm("run", "-d", "--name", "own1", "--service", "own", ...place, "--", "sleep", "1000");
  await expect.poll(() => healths("own"), WAIT).toEqual(["own1 healthy"]);
  expect(readFileSync(seen, "utf8")).toMatch(/^box\nbox\n\/usr\nmine\n/);

  rmSync(flag);
  await expect.poll(() => healths("own"), WAIT).toEqual(["own1 unhealthy"]);
  expect((await tasks("own"))[0]?.Status.Err).toBe(`no result within ${limit / 1_000} s`);

  // One that hangs is there when the daemon is killed: the next daemon ends it.
  await cnm("service", "update", "--health-timeout", "1h", "own");
  await expect.poll(() => testPrograms().length, WAIT).toBeGreaterThan(0);
  await world.daemon.kill();
  expect(testPrograms().length).toBeGreaterThan(0);
  const left = testPrograms();
  writeFileSync(flag, "");
  await world.start();
  await expect.poll(() => testPrograms().filter((pid) => left.includes(pid)), WAIT).toEqual([]);
  await expect.poll(() => healths("own"), WAIT).toEqual(["own1 healthy"]);

  rmSync(flag);
  await expect.poll(() => testPrograms().length, WAIT).toBeGreaterThan(0);
  await cnm("service", "rm", "own");
  await expect.poll(testPrograms, WAIT).toEqual([]);
  await cnm("sandbox", "rm", "-f", "own1");
  expect(existsSync(flag)).toBe(false);
});

it("a health check that cannot be is refused, by name", async () => {
  const refusal = async (...options: readonly string[]) =>
    (await cnmCommand(world.socket, "service", "create", "--network", "app", ...options, "x")).err;
  expect(await refusal("--health-http", "https://:443/")).toContain(
    "health.http has to be such as http://:8080/health",
  );
  expect(await refusal("--health-tcp", "99999")).toContain("the port has to be from 1 to 65535");
  expect(await refusal("--health-interval", "5s")).toContain("health needs a test: tcp, http or exec");
  expect(await refusal("--health-tcp", "80", "--health-retries", "-1")).toContain("health.retries has to be from 1");
});
