import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cnmEngine } from "./cnm-engine.ts";
import { DockerCli } from "./docker-cli.ts";
import type { Engine } from "./engine.ts";

let engine: Engine;
let cli: DockerCli;

beforeAll(async () => {
  engine = await cnmEngine();
  cli = new DockerCli(engine.socket);
}, 120_000);

afterAll(async () => {
  cli.close();
  await engine.close();
}, 120_000);

const say = async (...args: readonly string[]): Promise<string> => {
  const { status, stdout, stderr } = await cli.run(args);
  return `${status} ${stdout}${stderr}`.trim();
};

/** What Debian's dockerd does not know yet: the client and our daemon agree on a newer version of the API. */
describe("the docker command line in the version that both sides speak", () => {
  it("is one that Debian's dockerd does not speak", async () => {
    const [, minor = "0"] =
      (await say("version", "--format", "{{.Client.APIVersion}}")).split(" 1.").at(-1)?.match(/(\d+)/) ?? [];
    expect(Number(minor)).toBeGreaterThanOrEqual(48);
  });

  it("makes networks without IPv4", async () => {
    expect(await say("network", "create", "--ipv4=false", "--ipv6", "--subnet", "fd06::/64", "only6")).toMatch(
      /^0 [0-9a-f]{64}$/,
    );
    expect(
      await say("network", "inspect", "--format", "{{.EnableIPv4}} {{.EnableIPv6}} {{json .IPAM.Config}}", "only6"),
    ).toBe('0 false true [{"Subnet":"fd06::/64","Gateway":"fd06::1"}]');
    expect(await say("network", "ls", "--filter", "name=only6", "--format", "{{.IPv4}} {{.IPv6}}")).toBe(
      "0 false true",
    );
  });

  it("chooses who has the default route, and names the interface", async () => {
    await say("network", "create", "--subnet", "10.21.0.0/24", "first");
    await say("network", "create", "--subnet", "10.22.0.0/24", "second");
    await engine.start({ name: "box", network: "first" });
    const options = [
      "--gw-priority",
      "7",
      "--driver-opt",
      "com.docker.network.endpoint.ifname=lan7",
      "--alias",
      "other",
    ];
    expect(await say("network", "connect", ...options, "second", "box")).toBe("0");
    const format = "{{.GwPriority}} {{json .Aliases}} {{.IPAddress}} {{.Gateway}}";
    expect(
      await say("inspect", "--format", `{{with index .NetworkSettings.Networks "second"}}${format}{{end}}`, "box"),
    ).toBe('0 7 ["other"] 10.22.0.2 10.22.0.1');
    expect(await say("inspect", "--format", '{{len (index .NetworkSettings.Networks "second").DNSNames}}', "box")).toBe(
      "0 3",
    );
    expect(await say("rename", "box", "other")).toContain("sandbox box keeps its name");
    expect(await say("run", "-d", "peerimage")).toMatch(/^12[57] /);
    expect(await say("rm", "-f", "box")).toBe("0 box");
  });
});
