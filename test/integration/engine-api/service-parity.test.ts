import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { cnmEngine } from "./cnm-engine.ts";
import { type Compared, compareEngines, type Differences } from "./compare.ts";
import { DockerCli } from "./docker-cli.ts";
import { dockerdEngine } from "./dockerd-engine.ts";
import { serviceScript } from "./service-script.ts";
import { expectOnly, expectTold } from "./told-differences.ts";

/** The newest that this dockerd speaks: both are asked in the same words. */
const VERSION = "1.41";

const path = new URL("service-differences.json", import.meta.url);
const differences = JSON.parse(readFileSync(path, "utf8")) as Differences;

let engines: readonly Compared[] = [];

beforeAll(async () => {
  const all = await Promise.all([dockerdEngine({ swarm: true }), cnmEngine()]);
  engines = all.map((engine) => ({ engine, cli: new DockerCli(engine.socket, VERSION) }));
}, 180_000);

afterAll(async () => {
  for (const { engine, cli } of engines) {
    await engine.close();
    cli.close();
  }
}, 180_000);

it("docker service is answered as a swarm of one answers it", { timeout: 600_000 }, async () => {
  const { calls, found } = await compareEngines(engines, serviceScript, differences);
  expect(calls).toBeGreaterThanOrEqual(50);
  expectOnly(differences, found);
});

it("docker service works on a network of cnm's own, and says what it does not do", async () => {
  const cnm = engines.find(({ engine }) => engine.name === "cnm");
  if (cnm === undefined) throw new Error("cnm is missing");
  const say = async (...args: readonly string[]): Promise<string> => {
    const { status, stdout, stderr } = await cnm.cli.run(args);
    return `${status} ${stdout}${stderr}`.trim();
  };
  await cnm.engine.serviceNetwork("mine", "10.9.0.0/24");
  // It waits until all tasks run: those that there are.
  const made = await say("service", "create", "--no-resolve-image", "-q", "--network", "mine", "--name", "shop", "x");
  expect(made).toMatch(/^0 [0-9a-f]{64}\ncnm has no images and starts no tasks: .*"cnm run --service shop" for one$/);
  await cnm.engine.staff("shop", 1);
  const vip = "{{range .Endpoint.VirtualIPs}}{{.Addr}} {{end}}";
  expect(await say("service", "inspect", "--format", vip, "shop")).toMatch(/^0 10\.9\.0\.\d+\/24$/);
  expect(await say("service", "ps", "--format", "{{.Name}} {{.CurrentState}}", "shop")).toMatch(/^0 shop\.1 Running /);
  expect(await say("service", "logs", "shop")).toContain("tasks have logs of their own");
  expect(await say("swarm", "init")).toContain("cnm has no swarm: services need none");
  expect(await say("secret", "ls")).toContain("cnm starts no tasks");
  expect(await say("service", "rm", "shop")).toBe("0 shop");
});

it("docs/engine-api.md tells every difference", () => expectTold(differences, "service differences"));
