import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiDouble } from "../../testing/api-double.ts";
import { runCommand } from "../../testing/run-command.ts";

const HOUR_AGO = new Date(Date.now() - 3_600_000).toISOString();

const PORT = { Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" };
const DNS = { Protocol: "udp", TargetPort: 53, PublishedPort: 5353, PublishMode: "host" };
const SPEC = {
  Name: "web",
  Labels: { tier: "front", owner: "ann" },
  TaskTemplate: { ContainerSpec: { Image: "" }, Networks: [{ Target: "4f0c", Aliases: [] }] },
  Mode: { Replicated: { Replicas: 3 } },
  EndpointSpec: { Mode: "vip", Ports: [PORT, DNS] },
};
const WEB = {
  ID: "aa0c8a6b2d1e4f0c8a6b2d1e4f0c8a6b",
  Version: { Index: 7 },
  Spec: SPEC,
  Endpoint: {
    Spec: SPEC.EndpointSpec,
    Ports: [PORT, DNS],
    VirtualIPs: [
      { NetworkID: "4f0c", Addr: "10.7.0.2/24" },
      { NetworkID: "4f0c", Addr: "fd07::2/64" },
    ],
  },
  ServiceStatus: { RunningTasks: 2, DesiredTasks: 3, CompletedTasks: 0 },
};
const API = {
  ID: "bb0c8a6b2d1e4f0c8a6b2d1e4f0c8a6b",
  Spec: { Name: "api", Labels: {}, Mode: { Replicated: { Replicas: 0 } } },
  Endpoint: { Spec: { Mode: "dnsrr" }, VirtualIPs: [] },
  ServiceStatus: { RunningTasks: 0, DesiredTasks: 0 },
};
const TASK = {
  ID: "cc0c8a6b2d1e4f0c",
  Spec: { ContainerSpec: { Image: "" } },
  ServiceID: WEB.ID,
  Slot: 1,
  NodeID: "local",
  Status: { Timestamp: HOUR_AGO, State: "running", Message: "healthy", PortStatus: { Ports: [DNS] } },
  DesiredState: "running",
  NetworksAttachments: [{ Network: { ID: "4f0c" }, Addresses: ["10.7.0.3/24", "fd07::3/64"] }],
  Cnm: { Name: "web1", Health: "healthy", Draining: false, Weight: 5 },
};
const SICK = {
  ...TASK,
  ID: "dd0c8a6b2d1e4f0c",
  Slot: 2,
  Status: {
    Timestamp: HOUR_AGO,
    State: "failed",
    Err: "10.7.0.4:80 refuses the connection",
    PortStatus: {},
  },
  DesiredState: "shutdown",
  Cnm: { Name: "web2", Health: "none", Draining: true, Weight: 1 },
};

let double: ApiDouble;
beforeEach(async () => {
  double = await ApiDouble.open({
    "GET /services": { json: [WEB, API] },
    "GET /services/web": { json: WEB },
    "GET /services/api": { json: API },
    "GET /nodes": { json: [{ ID: "local", Description: { Hostname: "host1" } }] },
    [`GET /tasks?filters={"service":{"${WEB.ID}":true}}`]: { json: [TASK, SICK] },
  });
});
afterEach(async () => await double[Symbol.asyncDispose]());

const cnm = (...argv: readonly string[]) => runCommand(double, "service", ...argv);

describe("service create", () => {
  const made = "POST /services/create";
  beforeEach(() => double.answers.set(made, { status: 201, json: { ID: WEB.ID, Warnings: ["mind"] } }));

  it("leaves to the daemon what is not given; prints id and warnings", async () => {
    expect(await cnm("create", "web")).toEqual({ status: 0, out: `${WEB.ID}\n`, err: "WARNING: mind\n" });
    const body = { Name: "web", Labels: {}, TaskTemplate: { Networks: [] }, EndpointSpec: { Ports: [] } };
    expect(double.requests).toEqual([[made, body]]);
  });

  it("sends every option", async () => {
    const argv =
      "create --network app --network name=db,alias=www,alias=w --publish 8080:80 -p published=5353,target=53,protocol=udp,mode=host --endpoint-mode vip --label a=b -l c --scheduler wlc --affinity 5m --balancer ipvs --tcp-timeout 1h30m --tcp-fin-timeout 60 --udp-timeout 10s --drain-timeout 0 web";
    expect((await cnm(...argv.split(" "))).status).toBe(0);
    expect(double.requests[0]?.[1]).toEqual({
      Name: "web",
      Labels: { a: "b", c: "" },
      TaskTemplate: { Networks: [{ Target: "app" }, { Target: "db", Aliases: ["www", "w"] }] },
      EndpointSpec: { Mode: "vip", Ports: [PORT, DNS] },
      Cnm: {
        Scheduler: "wlc",
        Balancer: "ipvs",
        Affinity: 300,
        Timeouts: { Tcp: 5_400, TcpFin: 60, Udp: 10 },
        DrainTimeout: 0,
      },
    });
  });

  it.each([
    [["--health-http", "http://:80/up", "--health-retries", "1"], { Test: ["HTTP", "http://:80/up"], Retries: 1 }],
    [["--health-tcp", "80", "--health-interval", "500ms"], { Test: ["TCP", "80"], Interval: 5e8 }],
    [
      ["--health-cmd", "curl -f x", "--health-timeout", "2s", "--health-start-period", "1m"],
      { Test: ["CMD-SHELL", "curl -f x"], Timeout: 2e9, StartPeriod: 6e10 },
    ],
    [["--health-start-interval", "1"], { StartInterval: 1e9 }],
    [["--no-healthcheck"], { Test: ["NONE"] }],
  ])("%j", async (argv, Healthcheck) => {
    await cnm("create", ...argv, "web");
    expect(double.requests[0]?.[1]).toMatchObject({ TaskTemplate: { ContainerSpec: { Healthcheck } } });
  });

  it.each([
    ["80", { Protocol: "tcp", TargetPort: 80, PublishedPort: 80, PublishMode: "ingress" }],
    ["8080:80/udp", { Protocol: "udp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" }],
    ["8080,target=80,mode=host", { Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "host" }],
    ["target=80", { Protocol: "tcp", TargetPort: 80, PublishMode: "ingress" }],
  ])("--publish %s", async (text, port) => {
    await cnm("create", "--publish", text, "web");
    expect(double.requests[0]?.[1]).toMatchObject({ EndpointSpec: { Ports: [port] } });
  });

  it.each([
    [["--publish", "a:80"], '--publish a:80: published "a" is no port'],
    [["--publish", "127.0.0.1:8080:80"], '--publish 127.0.0.1:8080:80: target "8080:80" is no port'],
    [["--publish", "mode=host"], '--publish mode=host: target "" is no port'],
    [
      ["--publish", "80,host=x"],
      '--publish 80,host=x: there is no "host"; there are published, target, protocol, mode',
    ],
    [["--publish", "80,published=81"], "--publish 80,published=81: published is given twice"],
    [["--network", "nome=web"], '--network nome=web: there is no "nome"; there are name, alias'],
    [["--network", "alias=web"], "--network alias=web: it needs name=NETWORK"],
    [["--health-tcp", "80", "--health-cmd", "x"], "--health-cmd and --health-tcp: one test is possible"],
    [["--health-tcp", "80", "--no-healthcheck"], "--no-healthcheck and other --health options contradict each other"],
    [["--affinity", "soon"], '--affinity "soon" is no duration such as 30s or 1m30s'],
    [["--drain-timeout", "1500ms"], '--drain-timeout "1500ms" is no whole number of seconds'],
  ])("%j is a mistake of usage", async (argv, err) => {
    expect(await cnm("create", ...argv, "web")).toEqual({ status: 2, out: "", err: `cnm: ${err}\n` });
    expect(double.requests).toEqual([]);
  });

  it("passes the daemon's refusal on", async () => {
    double.answers.set(made, { status: 409, json: { message: "service with name web already exists" } });
    const err = "cnm: service with name web already exists\n";
    expect(await cnm("create", "web")).toEqual({ status: 1, out: "", err });
  });
});

describe("service ls", () => {
  it("prints Docker's table, with virtual IPs in the place of images", async () => {
    expect((await cnm("ls")).out).toBe(
      "ID             NAME      MODE         REPLICAS   VIRTUAL IPS         PORTS\n" +
        "bb0c8a6b2d1e   api       replicated   0/0                            \n" +
        "aa0c8a6b2d1e   web       replicated   2/3        10.7.0.2, fd07::2   *:8080->80/tcp\n",
    );
  });

  it.each([
    [
      ["--format", "{{.ID}} {{.Name}} {{.Mode}} {{.Replicas}} [{{.Image}}] {{.Ports}} {{.EndpointMode}}"],
      "bb0c8a6b2d1e api replicated 0/0 []  dnsrr\naa0c8a6b2d1e web replicated 2/3 [] *:8080->80/tcp vip\n",
    ],
    [["--format", 'table {{.Name}}\\t{{.Label "tier"}}'], "NAME      tier\napi       \nweb       front\n"],
    [["-q"], "bb0c8a6b2d1e\naa0c8a6b2d1e\n"],
    [["-q", "--no-trunc"], `${API.ID}\n${WEB.ID}\n`],
  ])("%j", async (argv, out) => {
    expect(await cnm("ls", ...argv)).toEqual({ status: 0, err: "", out });
  });

  it("--format json prints the API's objects, and filters are the daemon's", async () => {
    expect(JSON.parse((await cnm("list", "--format", "json")).out)).toEqual([API, WEB]);
    const call = 'GET /services?filters={"name":{"w":true}}';
    double.answers.set(call, { json: [WEB] });
    expect((await cnm("ls", "-f", "name=w", "-q")).out).toBe("aa0c8a6b2d1e\n");
  });
});

describe("service ps", () => {
  it("prints Docker's table, with sandboxes in the place of images", async () => {
    const { status, out, err } = await cnm("ps", "web");
    expect([status, err]).toEqual([0, ""]);
    expect(out.split("\n").map((line) => line.trimEnd().split(/ {3,}/))).toEqual([
      ["ID", "NAME", "SANDBOX", "NODE", "DESIRED STATE", "CURRENT STATE", "ERROR", "PORTS"],
      ["cc0c8a6b2d1e", "web.1", "web1", "host1", "Running", "Running about an hour ago (healthy)", "*:5353->53/udp"],
      [
        "dd0c8a6b2d1e",
        "web.2",
        "web2",
        "host1",
        "Shutdown",
        "Failed about an hour ago",
        '"10.7.0.4:80 refuses the conne…"',
      ],
      [""],
    ]);
  });

  it("shows more to templates, and errors in full when asked", async () => {
    const format = "{{.Health}} {{.Weight}} {{.Addresses}} {{.Error}}";
    expect((await cnm("ps", "--no-trunc", "--format", format, "web")).out).toBe(
      'healthy 5 10.7.0.3, fd07::3 \nnone 1 10.7.0.3, fd07::3 "10.7.0.4:80 refuses the connection"\n',
    );
    expect(JSON.parse((await cnm("ps", "--format", "json", "web")).out)).toEqual([TASK, SICK]);
  });

  it("tells of services that are not there, and shows the others", async () => {
    double.answers.set("GET /services/nope", { status: 404, json: { message: "service nope not found" } });
    expect(await cnm("ps", "-q", "nope", "web")).toEqual({
      status: 1,
      out: "cc0c8a6b2d1e\ndd0c8a6b2d1e\n",
      err: "cnm: service nope not found\n",
    });
    expect(await cnm("ps", "nope")).toEqual({ status: 1, out: "", err: "cnm: service nope not found\n" });
  });
});

describe("service inspect, rm", () => {
  it("inspect prints a list, or a template", async () => {
    expect(JSON.parse((await cnm("inspect", "web", "api")).out)).toEqual([WEB, API]);
    const format = "{{range .Endpoint.VirtualIPs}}{{.Addr}} {{end}}";
    expect((await cnm("inspect", "-f", format, "web")).out).toBe("10.7.0.2/24 fd07::2/64 \n");
  });

  it("rm removes what it can", async () => {
    double.answers.set("DELETE /services/web", {});
    double.answers.set("DELETE /services/nope", { status: 404, json: { message: "service nope not found" } });
    expect(await cnm("rm", "nope", "web")).toEqual({ status: 1, out: "web\n", err: "cnm: service nope not found\n" });
  });
});

describe("service update", () => {
  const changed = `POST /services/${WEB.ID}/update?version=7`;
  beforeEach(() => double.answers.set(changed, { json: { Warnings: null } }));

  it("sends the spec that is there, with what is to change", async () => {
    const argv =
      "update --publish-add 8443:443 --publish-rm 80 --label-add x=y --label-rm owner --scheduler wrr --affinity 0 web";
    expect(await cnm(...argv.split(" "))).toEqual({ status: 0, out: "web\n", err: "" });
    const ports = [DNS, { Protocol: "tcp", TargetPort: 443, PublishedPort: 8443, PublishMode: "ingress" }];
    expect(double.requests[1]).toEqual([
      changed,
      {
        ...SPEC,
        Labels: { tier: "front", x: "y" },
        EndpointSpec: { Mode: "vip", Ports: ports },
        Cnm: { Scheduler: "wrr", Affinity: 0 },
      },
    ]);
  });

  it("changes of a health check what is given", async () => {
    const ContainerSpec = { Image: "", Healthcheck: { Test: ["TCP", "80"], Interval: 3e10, Retries: 3 } };
    const TaskTemplate = { ...SPEC.TaskTemplate, ContainerSpec };
    double.answers.set("GET /services/web", { json: { ...WEB, Spec: { ...SPEC, TaskTemplate } } });
    await cnm("update", "--health-interval", "5s", "--health-tcp", "81", "web");
    const Healthcheck = { Test: ["TCP", "81"], Interval: 5e9, Retries: 3 };
    expect(double.requests[1]?.[1]).toMatchObject({ TaskTemplate: { ContainerSpec: { Image: "", Healthcheck } } });
    await cnm("update", "--label-add", "a=b", "web");
    expect(double.requests[3]?.[1]).toMatchObject({ TaskTemplate });
  });

  it("does not take away a port that is not published", async () => {
    const err = "cnm: --publish-rm 53: the service publishes no such target port\n";
    expect(await cnm("update", "--publish-rm", "53", "web")).toEqual({ status: 1, out: "", err });
    expect((await cnm("update", "--publish-rm", "53/udp", "web")).status).toBe(0);
  });

  it("fails where somebody was quicker", async () => {
    double.answers.set(changed, { status: 409, json: { message: "update out of sequence" } });
    expect(await cnm("update", "web")).toEqual({ status: 1, out: "", err: "cnm: update out of sequence\n" });
  });
});
