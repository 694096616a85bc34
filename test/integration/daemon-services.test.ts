import { afterAll, beforeAll, expect, it } from "vitest";
import { cnmCommand } from "../support/cnm-command.ts";
import { DaemonWorld } from "../support/daemon-world.ts";
import { run } from "../support/host.ts";

let world: DaemonWorld;

beforeAll(async () => {
  world = await DaemonWorld.open();
  await world.start();
});
afterAll(async () => world.close());

/** What it prints; it has to go well. */
async function cnm(line: string): Promise<string> {
  const { status, out, err } = await cnmCommand(world.socket, ...line.split(" "));
  expect({ line, status, err }).toEqual({ line, status: 0, err: "" });
  return out;
}

const fields = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd().split(/ {3,}/));

it("a service from its making to its end, by the command", async () => {
  await cnm("network create --subnet 10.7.0.0/24 --subnet fd07::/64 app");
  await cnm("service create --network app --publish 8080:80 --scheduler wrr --affinity 1m web");
  expect(await cnm("service inspect --format {{.Cnm.Scheduler}},{{.Cnm.Affinity}},{{.Spec.Name}} web")).toBe(
    "wrr,60,web\n",
  );
  // It joins the network of its service.
  await cnm("run -d --name web1 --service web --weight 3 -- sleep 1000");
  await cnm("sandbox create box");
  await cnm("network connect --service web app box");

  expect(await cnm("service ls --format {{.Name}},{{.Mode}},{{.Replicas}},{{.VirtualIPs}},{{.Ports}}")).toMatch(
    /^web,replicated,2\/2,10\.7\.0\.\d+, fd07::\w+,\*:8080->80\/tcp\n$/,
  );
  const [heading, ...rows] = fields(await cnm("service ps web"));
  expect(heading).toEqual(["ID", "NAME", "SANDBOX", "NODE", "DESIRED STATE", "CURRENT STATE", "ERROR", "PORTS"]);
  expect(rows.map(([, name, sandbox, , desired]) => [name, sandbox, desired])).toEqual([
    ["web.1", "web1", "Running"],
    ["web.2", "box", "Running"],
  ]);
  expect(await cnm("service ps --format {{.Sandbox}},{{.Weight}} web")).toBe("web1,3\nbox,1\n");
  expect(await cnm("__complete service")).toBe("web\n");

  await cnm("service update --affinity 0 --publish-rm 80 --publish-add 8081,target=81 --label-add tier=front web");
  expect(await cnm("service inspect --format {{.Cnm.Affinity}},{{.Cnm.Scheduler}} web")).toBe("0,wrr\n");
  expect(await cnm("service ls --filter label=tier=front --format {{.Ports}}")).toBe("*:8081->81/tcp\n");

  // A network that a service needs is in use.
  expect(await cnm("network prune --force")).toBe("");
  await cnm("service rm web");
  expect(await cnm("service ls -q")).toBe("");
  expect(run("nft", ["list", "tables"])).not.toContain("cnm-services");
  const { status, err } = await cnmCommand(world.socket, "service", "ps", "web");
  expect([status, err]).toEqual([1, "cnm: service web not found\n"]);
});

it("a task that names no network needs a service with one", async () => {
  await cnm("service create lonely");
  const refused = await cnmCommand(world.socket, "run", "-d", "--service", "lonely", "sleep", "1");
  expect(refused).toMatchObject({ status: 1, err: "cnm: service lonely is on no network that its task could join\n" });
  const weighted = await cnmCommand(world.socket, "run", "-d", "--weight", "2", "sleep", "1");
  expect(weighted.status).toBe(1);
  expect(weighted.err).toContain("weight is for tasks of a service");
  await cnm("service rm lonely");
  expect(await world.client.sandboxes()).toHaveLength(2);
});
