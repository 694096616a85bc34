import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiDouble } from "../../testing/api-double.ts";
import { runCommand } from "../../testing/run-command.ts";

const WEB = {
  Name: "web",
  Id: "4f0c8a6b2d1e4f0c8a6b2d1e4f0c8a6b2d1e4f0c8a6b2d1e4f0c8a6b2d1e4f0c",
  Created: "2026-03-04T05:06:07.89Z",
  Scope: "local",
  Driver: "bridge",
  EnableIPv4: true,
  EnableIPv6: false,
  Internal: false,
  Labels: { tier: "front", owner: "ann" },
};
const LONG = {
  ...WEB,
  Name: "a-much-longer-name",
  Id: WEB.Id.replace("4f0c8a6b2d1e", "ffff8a6b2d1e"),
  Driver: "overlay",
  Scope: "global",
  Labels: {},
};

let double: ApiDouble;
beforeEach(async () => {
  double = await ApiDouble.open({ "GET /networks": { json: [WEB, LONG] }, "GET /networks/web": { json: WEB } });
});
afterEach(async () => await double[Symbol.asyncDispose]());

const cnm = (...argv: readonly string[]) => runCommand(double, "network", ...argv);

/** Expected texts were recorded from `docker network ls` against a server with the same networks. */
describe("network ls", () => {
  it("prints Docker's table", async () => {
    expect(await cnm("ls")).toEqual({
      status: 0,
      err: "",
      out:
        "NETWORK ID     NAME                 DRIVER    SCOPE\n" +
        "ffff8a6b2d1e   a-much-longer-name   overlay   global\n" +
        "4f0c8a6b2d1e   web                  bridge    local\n",
    });
  });

  it.each([
    [
      ["--format", "table {{.Name}} {{.Driver}}\\t{{upper .Scope}}"],
      "NAME DRIVER                  SCOPE\na-much-longer-name overlay   GLOBAL\nweb bridge                   LOCAL\n",
    ],
    [
      ["--format", 'table {{.Label "tier"}}\\t{{.Name}}'],
      "tier      NAME\n          a-much-longer-name\nfront     web\n",
    ],
    [
      ["--format", "table {{json .Name}}\\t{{.Name | len}}"],
      'NAME                   4\n"a-much-longer-name"   18\n"web"                  3\n',
    ],
    [["--format", "{{.Name}}\\t{{.Labels}}"], "a-much-longer-name\t\nweb\towner=ann,tier=front\n"],
    [
      ["--format", "{{json .}}"],
      '{"CreatedAt":"2026-03-04 05:06:07.89 +0000 UTC","Driver":"overlay","ID":"ffff8a6b2d1e","IPv4":"true","IPv6":"false","Internal":"false","Labels":"","Name":"a-much-longer-name","Scope":"global"}\n{"CreatedAt":"2026-03-04 05:06:07.89 +0000 UTC","Driver":"bridge","ID":"4f0c8a6b2d1e","IPv4":"true","IPv6":"false","Internal":"false","Labels":"owner=ann,tier=front","Name":"web","Scope":"local"}\n',
    ],
    [["-q"], "ffff8a6b2d1e\n4f0c8a6b2d1e\n"],
    [["-q", "--no-trunc"], `${LONG.Id}\n${WEB.Id}\n`],
  ])("%j", async (argv, out) => {
    expect(await cnm("ls", ...argv)).toEqual({ status: 0, err: "", out });
  });

  it("--format json prints one document, as the API has it", async () => {
    const { out } = await cnm("list", "--format", "json");
    expect(JSON.parse(out)).toEqual([LONG, WEB]);
  });

  it("sends filters in Docker's form", async () => {
    const call = 'GET /networks?filters={"driver":{"bridge":true},"label":{"a":true,"b=c":true}}';
    double.answers.set(call, { json: [] });
    const { out } = await cnm("ls", "-f", "driver=bridge", "--filter", "label=a", "--filter", "label=b=c");
    expect(double.requests).toEqual([[call]]);
    expect(out).toBe("NETWORK ID   NAME      DRIVER    SCOPE\n");
  });

  it.each([
    [["--filter", "driver"], 2, /^cnm: --filter "driver" is not KEY=VALUE\n$/],
    [["--format", "{{.Nope}}"], 2, /^cnm: template:1:3: there is no field \.Nope: .*\.Name/],
    [["--nope"], 2, /^cnm: unknown option '--nope'/],
    [["web"], 2, /^cnm: too many arguments/],
  ])("%j ends with %i", async (argv, status, err) => {
    expect(await cnm("ls", ...argv)).toEqual({ status, out: "", err: expect.stringMatching(err) });
  });
});

describe("network create", () => {
  const BODY = {
    Name: "web",
    EnableIPv4: true,
    Internal: false,
    Attachable: false,
    Options: {},
    Labels: {},
    IPAM: { Options: {}, Config: [] },
  };
  beforeEach(() => double.answers.set("POST /networks/create", { status: 201, json: { Id: WEB.Id, Warning: "mind" } }));

  it("leaves to the daemon what is not given; prints id and warning", async () => {
    expect(await cnm("create", "web")).toEqual({ status: 0, out: `${WEB.Id}\n`, err: "WARNING: mind\n" });
    expect(double.requests).toEqual([["POST /networks/create", BODY]]);
  });

  it("sends every option, each address with its subnet", async () => {
    const argv =
      "create -d macvlan --subnet 10.7.0.0/24,fd07::/64 --gateway fd07::1 --ip-range 10.7.0.128/25 --aux-address printer=10.7.0.2 --ipv4=false --ipv6 --internal=true --attachable --label a=b --label c -o parent=eth0 --ipam-driver mine --ipam-opt x=y=z --scope local web";
    expect((await cnm(...argv.split(" "))).status).toBe(0);
    const Config = [
      { Subnet: "10.7.0.0/24", IPRange: "10.7.0.128/25", AuxiliaryAddresses: { printer: "10.7.0.2" } },
      { Subnet: "fd07::/64", Gateway: "fd07::1" },
    ];
    const more = {
      Options: { parent: "eth0" },
      Labels: { a: "b", c: "" },
      Scope: "local",
      IPAM: { Driver: "mine", Options: { x: "y=z" }, Config },
    };
    const flags = { Driver: "macvlan", EnableIPv4: false, EnableIPv6: true, Internal: true, Attachable: true };
    expect(double.requests[0]?.[1]).toEqual({ ...BODY, ...flags, ...more });
  });

  it.each([
    [["--subnet", "10.7.0.0"], /--subnet "10\.7\.0\.0" is no subnet/],
    [["--gateway", "10.7.0.1"], /--gateway 10\.7\.0\.1 lies in no --subnet/],
    [
      ["--subnet", "10.7.0.0/24", "--gateway", "10.7.0.1", "--gateway", "10.7.0.2"],
      /--gateway 10\.7\.0\.2: subnet 10\.7\.0\.0\/24 has 10\.7\.0\.1 already/,
    ],
    [["--scope", "world"], /argument 'world' is invalid. Allowed choices are local, global, swarm/],
  ])("%j is a mistake of usage", async (argv, err) => {
    expect(await cnm("create", ...argv, "web")).toEqual({ status: 2, out: "", err: expect.stringMatching(err) });
    expect(double.requests).toEqual([]);
  });

  it("--dry-run shows the plan", async () => {
    const Resources = [{ Kind: "link", Key: "link br-4f0c", Owner: {}, Shared: false, Details: {} }];
    double.answers.set("POST /cnm/v1/plan", { json: { Resources } });
    expect((await cnm("create", "--dry-run", "web")).out).toBe("KIND      OBJECT\nlink      link br-4f0c\n");
    expect(JSON.parse((await cnm("create", "--dry-run", "--format", "json", "web")).out)).toEqual(Resources);
    expect(double.requests.map(([call]) => call)).toEqual(["POST /cnm/v1/plan", "POST /cnm/v1/plan"]);
  });

  it("passes the daemon's refusal on", async () => {
    double.answers.set("POST /networks/create", {
      status: 409,
      json: { message: "network with name web already exists" },
    });
    expect(await cnm("create", "web")).toEqual({
      status: 1,
      out: "",
      err: "cnm: network with name web already exists\n",
    });
  });
});

describe("network inspect, rm, prune, connect, disconnect", () => {
  it("inspect prints a list, and tells of what is not there", async () => {
    double.answers.set("GET /networks/no/../pe", { status: 404, json: { message: "network no/../pe not found" } });
    const { status, out, err } = await cnm("inspect", "web", "no/../pe");
    expect([status, JSON.parse(out), err]).toEqual([1, [WEB], "cnm: network no/../pe not found\n"]);
    expect((await cnm("inspect", "-f", '{{.Name}}: {{index .Labels "tier"}}', "web")).out).toBe("web: front\n");
  });

  it("rm goes on after a failure; --force forgives what is not there", async () => {
    double.answers.set("DELETE /networks/web", { status: 204 });
    double.answers.set("DELETE /networks/busy", {
      status: 403,
      json: { message: "network busy has active endpoints" },
    });
    double.answers.set("DELETE /networks/gone", { status: 404, json: { message: "network gone not found" } });
    expect(await cnm("rm", "busy", "gone", "web")).toEqual({
      status: 1,
      out: "web\n",
      err: "cnm: network busy has active endpoints\ncnm: network gone not found\n",
    });
    expect(await cnm("rm", "--force", "gone")).toEqual({ status: 0, out: "gone\n", err: "" });
  });

  it("prune --force prints what went", async () => {
    double.answers.set('POST /networks/prune?filters={"label":{"x":true}}', { json: { NetworksDeleted: ["a", "b"] } });
    expect((await cnm("prune", "-f", "--filter", "label=x")).out).toBe("Deleted Networks:\na\nb\n\n");
  });

  it("connect sends what was given, and only that", async () => {
    double.answers.set("POST /cnm/v1/networks/web/connect", { json: {} });
    await cnm("connect", "web", "box");
    await cnm(
      ..."connect --name n --ip 10.7.0.9 --ip6 fd07::9 --link-local-ip 169.254.1.1 --alias a --alias b -p 8080:80 --expose 81/udp --mac-address 02:00:00:00:00:01 --interface lan0 --gw-priority -3 --service s --weight 2 --driver-opt k=v --label l=m --sysctl net.x=1 web box".split(
        " ",
      ),
    );
    expect(double.requests.map(([, body]) => body)).toEqual([
      { Sandbox: "box" },
      {
        Sandbox: "box",
        Name: "n",
        Addresses: ["10.7.0.9", "fd07::9", "169.254.1.1"],
        Aliases: ["a", "b"],
        Ports: ["8080:80"],
        Exposed: ["81/udp"],
        Mac: "02:00:00:00:00:01",
        InterfaceName: "lan0",
        GatewayPriority: -3,
        Service: "s",
        Weight: 2,
        Options: { k: "v" },
        Labels: { l: "m" },
        Sysctls: { "net.x": "1" },
      },
    ]);
    expect((await cnm("connect", "--gw-priority", "high", "web", "box")).err).toBe(
      'cnm: --gw-priority "high" is no whole number\n',
    );
  });

  it("disconnect speaks Docker's words", async () => {
    double.answers.set("POST /networks/web/disconnect", {});
    expect(await cnm("disconnect", "-f", "web", "box")).toEqual({ status: 0, out: "", err: "" });
    expect(double.requests).toEqual([["POST /networks/web/disconnect", { Container: "box", Force: true }]]);
  });
});
