import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Child, Children } from "../support/children.ts";

const folder = mkdtempSync(join(tmpdir(), "cnm-daemon-"));
const log = join(folder, "calls.jsonl");
process.env["ProgramData"] = join(folder, "ProgramData");
process.env["CNM_EMULATOR"] = JSON.stringify({ State: join(folder, "hns.json"), Log: log });

const daemons = new Children("test/windows/support/daemon-program.ts");
let daemon: Child;

beforeAll(async () => {
  await daemons.prepare();
  daemon = await daemons.start();
  expect(daemon.first).toContain("serving");
});
afterAll(async () => {
  await daemons.end();
  rmSync(folder, { recursive: true });
});

const CNM = `${process.env["CNM_TEST_CHECKOUT"]}\\packages\\cli\\dist\\cnm.cjs`;

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The command as people have it. */
const cnm = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [CNM, ...args], (error, out, err) => {
      resolve({ status: typeof error?.code === "number" ? error.code : error === null ? 0 : 1, out, err });
    });
  });

async function said(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await cnm(...args);
  expect(`${status} ${err}`, args.join(" ")).toBe("0 ");
  return out.trim();
}

async function refused(...args: readonly string[]): Promise<string> {
  const { status, err } = await cnm(...args);
  expect(status, args.join(" ")).toBe(1);
  return err;
}

/** What differs. Hazards are Wine's: it has no PowerShell that could look at the host. */
const findings = async () =>
  JSON.parse((await cnm("doctor", "--format", "json")).out).Findings.filter(
    ({ Type }: { readonly Type: string }) => Type !== "hazard",
  );

describe("the daemon and the command on Windows, over the pipe", () => {
  it("has its things in %ProgramData%\\cnm, and its predefined networks", async () => {
    expect(existsSync(join(folder, "ProgramData", "cnm", "state", "store", "data.mdb"))).toBe(true);
    const networks = await said("network", "ls", "--format", "{{.Name}} {{.Driver}}");
    expect(networks.split(/\r?\n/).toSorted()).toEqual(["nat nat", "none null"]);
    expect(await said("--host", "npipe:////./pipe/cnm", "info")).toMatch(/HNS 15\.5, Windows/);
  });

  it("says what it cannot do there, and what is wrong", async () => {
    for (const how of [["run"], ["run", "--detach"]]) {
      expect(await refused(...how, "--name", "prog", "--", "cmd.exe")).toContain("in a compartment by its job");
    }
    expect(await refused("exec", "box", "--", "cmd.exe")).toContain("in a compartment by its job");
    expect(await refused("network", "create", "-o", "colour=red", "bad")).toContain("colour");
    expect(await refused("network", "create", "--driver", "bridge", "bad")).toContain("bridge");
    // What was begun for the program is gone.
    expect(await said("ps", "--format", "{{.Name}}")).toBe("");
  });

  it("makes networks and sandboxes, connects them, tells of them, and takes them away", async () => {
    await said("network", "create", "--driver", "l2bridge", "--subnet", "10.7.0.0/24", "web");
    expect(JSON.parse(await said("network", "inspect", "web"))[0]).toMatchObject({
      Driver: "l2bridge",
      IPAM: { Config: [expect.objectContaining({ Subnet: "10.7.0.0/24" })] },
    });
    await said("sandbox", "create", "box");
    await said("network", "connect", "--ip", "10.7.0.9", "web", "box");
    expect(await said("ps", "--format", "{{.Name}}")).toBe("box");
    expect(await said("sandbox", "inspect", "box")).toContain("10.7.0.9");
    expect(JSON.stringify(JSON.parse(await said("network", "inspect", "web")))).toContain("10.7.0.9/24");
    expect(await findings()).toEqual([]);
    await said("network", "disconnect", "web", "box");
    expect(await said("sandbox", "inspect", "box")).not.toContain("10.7.0.9");
    await said("network", "connect", "web", "box");
    expect(await refused("network", "rm", "web")).toContain("web");
    const calls = readFileSync(log, "utf8");
    for (const name of ["HcnCreateNetwork", "HcnCreateNamespace", "HcnCreateEndpoint", "HcnModifyNamespace"]) {
      expect(calls).toContain(`"${name}"`);
    }
  });

  it("tests the tasks of a service from inside", async () => {
    const server = createServer((_, response) => response.end("well"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const how = ["--health-http", `http://localhost:${port}/`, "--health-interval", "200ms", "--health-retries", "1"];
    await said("service", "create", "--endpoint-mode", "dnsrr", "--network", "web", ...how, "front");
    // Under Wine all compartments share one stack: a second sandbox would have no resolver.
    await said("network", "disconnect", "web", "box");
    await said("network", "connect", "--service", "front", "web", "box");
    const state = () => said("service", "ps", "--format", "{{.CurrentState}}", "front");
    await expect.poll(state, { timeout: 20_000 }).toMatch(/^Running/);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    await expect.poll(state, { timeout: 20_000 }).toMatch(/^Failed/);
    expect(await said("service", "ps", "--no-trunc", "--format", "{{.Error}}", "front")).toContain(
      "nobody listens there",
    );
    expect(await refused("service", "create", "--network", "web", "--health-cmd", "check", "other")).toContain("Linux");
    await said("service", "rm", "front");
  });

  it("is there alone: another one is told who has the state", async () => {
    const second = await daemons.start().then(
      () => "served",
      () => "ended",
    );
    expect(second).toBe("ended");
  });

  it("has everything again after it was killed", async () => {
    const before = await said("network", "inspect", "web");
    await daemon.kill();
    expect(await refused("network", "ls")).toContain("pipe");
    daemon = await daemons.start();
    expect(JSON.parse(await said("network", "inspect", "web"))).toEqual(JSON.parse(before));
    expect(await findings()).toEqual([]);
    await said("sandbox", "rm", "box");
    await said("network", "rm", "web");
    expect(await said("ps", "--format", "{{.Name}}")).toBe("");
  });
});
