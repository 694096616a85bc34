import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cnmEngine } from "./cnm-engine.ts";
import { type Compared, compareEngines, type Differences } from "./compare.ts";
import { DockerCli } from "./docker-cli.ts";
import { dockerdEngine } from "./dockerd-engine.ts";
import { script } from "./script.ts";
import { expectOnly, expectTold } from "./told-differences.ts";

/** The newest that this dockerd speaks: both are asked in the same words. */
const VERSION = "1.41";

const differences = JSON.parse(readFileSync(new URL("differences.json", import.meta.url), "utf8")) as Differences;

let engines: readonly Compared[] = [];

beforeAll(async () => {
  const all = await Promise.all([dockerdEngine(), cnmEngine()]);
  engines = all.map((engine) => ({ engine, cli: new DockerCli(engine.socket, VERSION) }));
}, 180_000);

afterAll(async () => {
  for (const { engine, cli } of engines) {
    await engine.close();
    cli.close();
  }
}, 180_000);

describe("the stock docker command line", () => {
  it("is answered as dockerd answers it", { timeout: 600_000 }, async () => {
    const { calls, found } = await compareEngines(engines, script, differences);
    expect(calls).toBeGreaterThanOrEqual(40);
    expectOnly(differences, found);
  });
});

it("docs/engine-api.md tells every difference", () => expectTold(differences, "differences"));
