import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiDouble } from "../testing/api-double.ts";
import { runCommand } from "../testing/run-command.ts";
import { VERSION } from "../version.ts";

const BOX = {
  Id: "b0c8a6b2d1e4f0c8",
  Name: "web1",
  State: "running",
  Created: "2026-03-04T05:06:07Z",
  Netns: "/run/cnm/netns/b0c8a6b2d1e4",
  Owned: true,
  Hostname: "www",
  Labels: { tier: "front" },
  Endpoints: [
    {
      Network: "web",
      NetworkId: "4f0c8a6b",
      Addresses: ["10.7.0.2/24", "fd07::2/64"],
      Ports: [
        { Protocol: "udp", HostAddress: "0.0.0.0", HostPort: 5353, TargetPort: 53 },
        { Protocol: "tcp", HostAddress: "0.0.0.0", HostPort: 8080, TargetPort: 80 },
        { Protocol: "tcp", HostAddress: "::", HostPort: 8080, TargetPort: 80 },
      ],
    },
  ],
};
const DONE = {
  ...BOX,
  Id: "d0",
  Name: "job",
  State: "exited",
  Labels: {},
  Endpoints: [],
  Process: { Pid: 0, Running: false, ExitCode: 3, Cmd: ["sh"] },
};
const JOB = "/cnm/v1/sandboxes/job";

let double: ApiDouble;
beforeEach(async () => {
  double = await ApiDouble.open({
    "GET /cnm/v1/sandboxes": { json: [BOX, DONE] },
    "GET /cnm/v1/sandboxes/web1": { json: BOX },
  });
});
afterEach(async () => await double[Symbol.asyncDispose]());

const cnm = (...argv: readonly string[]) => runCommand(double, ...argv);

describe("sandboxes", () => {
  it("are a table", async () => {
    const out =
      "SANDBOX ID     NAME      NETWORKS   ADDRESSES           PORTS                                                          STATUS\n" +
      "b0c8a6b2d1e4   web1      web        10.7.0.2, fd07::2   0.0.0.0:5353->53/udp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp   Ready\n" +
      "d0             job                                                                                                     Exited (3)\n";
    expect((await cnm("sandbox", "ls")).out.replace(/ +/g, " ")).toBe(out.replace(/ +/g, " "));
    expect((await cnm("ps", "-q")).out).toBe("b0c8a6b2d1e4\nd0\n");
  });

  it.each([
    [["network=web"], "web1\n"],
    [["status=exited"], "job\n"],
    [["label=tier"], "web1\n"],
    [["label=tier=back"], ""],
    [["name=job", "name=web"], "web1\njob\n"],
    [["id=b0", "status=exited"], ""],
  ])("are filtered by %j", async (filters, out) => {
    const argv = filters.flatMap((filter) => ["--filter", filter]);
    expect((await cnm("ps", ...argv, "--format", "{{.Name}}")).out).toBe(out);
  });

  it("refuse an unknown filter", async () => {
    expect(await cnm("ps", "-f", "colour=red")).toMatchObject({
      status: 2,
      err: expect.stringMatching(/^cnm: there is no filter colour/),
    });
  });

  it("are created, inspected and removed", async () => {
    double.answers.set("POST /cnm/v1/sandboxes", { status: 201, json: { Id: "b0", Warnings: ["mind"] } });
    double.answers.set(`DELETE ${JOB}?force=true`, { status: 204 });
    const argv =
      "sandbox create --netns /proc/1/ns/net -h www --domainname lan --dns 1.1.1.1 --dns-search a --dns-option ndots:1 --add-host db:10.0.0.1 -l a=b --sysctl net.x=1 web1";
    expect(await cnm(...argv.split(" "))).toEqual({ status: 0, out: "b0\n", err: "WARNING: mind\n" });
    expect(double.requests[0]?.[1]).toEqual({
      Name: "web1",
      Netns: "/proc/1/ns/net",
      Hostname: "www",
      Domainname: "lan",
      Labels: { a: "b" },
      Sysctls: { "net.x": "1" },
      Dns: ["1.1.1.1"],
      DnsSearch: ["a"],
      DnsOptions: ["ndots:1"],
      ExtraHosts: ["db:10.0.0.1"],
    });
    expect((await cnm("sandbox", "inspect", "-f", "{{.Netns}}", "web1")).out).toBe(`${BOX.Netns}\n`);
    expect(await cnm("sandbox", "rm", "-f", "job")).toEqual({ status: 0, out: "job\n", err: "" });
  });

  it("tell their ports", async () => {
    expect((await cnm("port", "web1")).out).toBe(
      "53/udp -> 0.0.0.0:5353\n80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n",
    );
    expect((await cnm("port", "web1", "80")).out).toBe("0.0.0.0:8080\n[::]:8080\n");
    expect(await cnm("port", "web1", "81")).toEqual({
      status: 1,
      out: "",
      err: "cnm: sandbox web1 publishes no port 81/tcp\n",
    });
  });
});

describe("programs", () => {
  it("run detached with everything that was asked for", async () => {
    double.answers.set("POST /cnm/v1/run", { status: 201, json: { Id: "b0", Warnings: [] } });
    const argv =
      "run -d --rm --name w --network name=web,alias=x,gw-priority=2,driver-opt=k=v --network db --ip 10.7.0.9 -p 8080:80 -e A=b -e TOKEN -e NONE -w sub -- sleep --rm=true 5";
    expect(await cnm(...argv.split(" "))).toEqual({ status: 0, out: "b0\n", err: "" });
    expect(double.requests[0]?.[1]).toEqual({
      Name: "w",
      Cmd: ["sleep", "--rm=true", "5"],
      Start: true,
      AutoRemove: true,
      Networks: [
        { Network: "web", Aliases: ["x"], GatewayPriority: 2, Options: { k: "v" }, Ip: "10.7.0.9" },
        { Network: "db" },
      ],
      Ports: ["8080:80"],
      Env: ["A=b", "TOKEN=mine"],
      Cwd: "/srv/sub",
    });
  });

  it("join the network that leads out unless told", async () => {
    double.answers.set("POST /cnm/v1/run", { status: 201, json: { Id: "b0" } });
    await cnm("run", "-d", "sleep", "-v", "5");
    expect(double.requests[0]?.[1]).toMatchObject({ Networks: [{ Network: "default" }], Cmd: ["sleep", "-v", "5"] });
  });

  it("are tasks of a service, on its networks unless told", async () => {
    double.answers.set("POST /cnm/v1/run", { status: 201, json: { Id: "b0" } });
    await cnm("run", "-d", "--service", "web", "--weight", "3", "--health-tcp", "80", "sleep", "5");
    const Healthcheck = { Test: ["TCP", "80"] };
    expect(double.requests[0]?.[1]).toMatchObject({ Networks: [{ Service: "web", Weight: 3, Healthcheck }] });
    await cnm("run", "-d", "--network", "app", "--network", "db", "--service", "web", "sleep", "5");
    expect(double.requests[1]?.[1]).toMatchObject({
      Networks: [{ Network: "app", Service: "web" }, { Network: "db" }],
    });
  });

  it.each([
    [["--network", "name=web,ip=1.2.3.4", "--ip", "1.2.3.5", "x"], /^cnm: Ip is given twice/],
    [["--network", "nome=web", "x"], /there is no "nome"/],
    [["--network", "alias=web", "x"], /it needs name=NETWORK/],
    [[], /missing required argument 'COMMAND'/],
  ])("%j is a mistake of usage", async (argv, err) => {
    expect(await cnm("run", "-d", ...argv)).toEqual({ status: 2, out: "", err: expect.stringMatching(err) });
  });

  it("are logged, killed and waited for", async () => {
    double.answers.set(`GET ${JOB}/logs?follow=true&tail=2`, { text: "one\ntwö\n" });
    double.answers.set(`POST ${JOB}/kill`, { status: 204 });
    double.answers.set(`POST ${JOB}/wait`, { json: { StatusCode: 3 } });
    expect((await cnm("logs", "-f", "-n", "2", "job")).out).toBe("one\ntwö\n");
    expect((await cnm("kill", "-s", "TERM", "job")).out).toBe("job\n");
    expect((await cnm("wait", "job")).out).toBe("3\n");
    expect(double.requests[1]).toEqual([`POST ${JOB}/kill`, { Signal: "TERM" }]);
  });
});

describe("the host", () => {
  const finding = { Type: "missing", Message: "link br-1 is missing", Cause: "somebody deleted it", Repairable: false };

  it("is examined: status 1 when something is wrong", async () => {
    double.answers.set("GET /cnm/v1/doctor", { json: { Findings: [], Differences: [] } });
    expect(await cnm("doctor")).toEqual({ status: 0, out: "all is well\n", err: "" });
    const Differences = [{ Action: "add", Kind: "link", Key: "link br-1" }];
    double.answers.set("GET /cnm/v1/doctor", { json: { Findings: [finding], Differences } });
    const text =
      "missing: link br-1 is missing\n  somebody deleted it\n  cnm repair cannot mend this\n\ncnm repair would:\n  add link br-1\n";
    expect(await cnm("doctor")).toEqual({ status: 1, out: text, err: "" });
    const { status, out } = await cnm("doctor", "--format", "json");
    expect([status, JSON.parse(out)]).toEqual([1, { Findings: [finding], Differences }]);
  });

  it("is repaired", async () => {
    double.answers.set("POST /cnm/v1/repair", { json: { Findings: [], Changes: [] } });
    expect((await cnm("repair")).out).toBe("all was well\n");
  });

  it("tells facts and what it cannot do", async () => {
    const Features = [
      { Name: "nftables", Available: true },
      { Name: "ipvs", Available: false, Reason: "no module" },
    ];
    double.answers.set("GET /cnm/v1/info", { json: { Networks: 3, StateDir: "/s", Features } });
    expect((await cnm("info")).out).toBe(
      "Networks: 3\nState Dir: /s\nFeatures:\n nftables: yes\n ipvs: no: no module\n",
    );
    expect((await cnm("info", "-f", "{{.Networks}}")).out).toBe("3\n");
  });

  it("tells what happens", async () => {
    const event = {
      Type: "network",
      Action: "create",
      Actor: { ID: "4f", Attributes: { type: "bridge", name: "web" } },
      time: 1_772_600_767,
    };
    double.answers.set("GET /events?since=5", { text: `${JSON.stringify({ ...event })}\n\n${JSON.stringify(event)}` });
    const line = "2026-03-04T05:06:07.000Z network create 4f (name=web, type=bridge)\n";
    expect((await cnm("events", "--since", "5")).out).toBe(line + line);
    expect((await cnm("events", "--since", "5", "--format", "{{.Action}}")).out).toBe("create\ncreate\n");
    expect((await cnm("events", "--since", "5", "--format", "json")).out).toBe(`${JSON.stringify(event)}\n`.repeat(2));
    expect(await cnm("events", "--until", "soon")).toMatchObject({
      status: 2,
      err: expect.stringMatching(/"soon" is no time/),
    });
  });

  it("tells versions, also without a daemon", async () => {
    double.answers.set("GET /version", { json: { Version: "9.9", ApiVersion: "1.51" } });
    expect((await cnm("version", "--format", "{{.Client.Version}} {{.Server.Version}}")).out).toBe(`${VERSION} 9.9\n`);
    const none = await cnm("-H", "unix:///nowhere/cnm.sock", "version");
    expect(none).toMatchObject({
      status: 1,
      err: 'cnm: no daemon listens at /nowhere/cnm.sock: start it with "cnm daemon"\n',
    });
    expect(none.out).toMatch(/^Client:\n Version: +0/);
  });
});

it("has the version of its package", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(manifest.version).toBe(VERSION);
});

it.each([
  [["--host", "ftp://x", "ps"], /^cnm: host "ftp:\/\/x" is neither/],
  [["--host", "tcp://a:b", "ps"], /is not tcp:\/\/HOST:PORT/],
  [["-H", "unix://relative", "ps"], /begins with \//],
  [["exec", "web1", "--"], /^cnm: missing a program after --/],
  [["nope"], /^cnm: cnm has no command "nope": there are network, sandbox/],
])("%j is a mistake of usage", async (argv, err) => {
  expect(await cnm(...argv)).toEqual({ status: 2, out: "", err: expect.stringMatching(err) });
});

describe("help", () => {
  it.each([
    [["--help"], /Usage: cnm [\s\S]*run \[options\] <COMMAND> \[ARG\.\.\.\][\s\S]*Example:\n {2}cnm network create/],
    [["network", "--help"], /Usage: cnm network [\s\S]*create \[options\] <NAME>/],
    [["network"], /Usage: cnm network /],
    [["-H", "unix:///network", "sandbox", "create", "--help"], /Usage: cnm sandbox create[\s\S]*--netns <PATH>/],
    [["-H", "ps", "run", "--help"], /Usage: cnm run /],
  ])("%j", async (argv, out) => {
    expect(await cnm(...argv)).toEqual({ status: 0, out: expect.stringMatching(out), err: "" });
  });
});
