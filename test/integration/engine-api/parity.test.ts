import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cnmEngine } from "./cnm-engine.ts";
import { DockerCli, type Said } from "./docker-cli.ts";
import { dockerdEngine } from "./dockerd-engine.ts";
import type { Engine } from "./engine.ts";
import { normalise, type Rewriting } from "./normalise.ts";
import { script } from "./script.ts";

/** The newest that this dockerd speaks: both are asked in the same words. */
const VERSION = "1.41";

interface Differences {
  readonly everywhere: readonly Rewriting[];
  readonly commands: readonly { readonly command: string; readonly reason: string }[];
}

/** Where cnm answers otherwise, and why; docs/engine-api.md tells it to people. */
const differences = JSON.parse(readFileSync(new URL("differences.json", import.meta.url), "utf8")) as Differences;

let engines: readonly { readonly engine: Engine; readonly cli: DockerCli }[] = [];

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
    const found: { command: string; dockerd: Said; cnm: Said }[] = [];
    let calls = 0;
    for (const step of script) {
      if ("start" in step) {
        await Promise.all(engines.map(({ engine }) => engine.start(step.start)));
        continue;
      }
      calls++;
      const [dockerd, cnm] = await Promise.all(
        engines.map(async ({ cli }) =>
          normalise(inOrder(step.sorted, await cli.run(step.docker)), differences.everywhere),
        ),
      );
      if (dockerd === undefined || cnm === undefined) throw new Error("an engine is missing");
      if (JSON.stringify(dockerd) !== JSON.stringify(cnm)) {
        found.push({ command: step.docker.join(" "), dockerd, cnm });
      }
    }
    if (process.env["CNM_PARITY_REPORT"] !== undefined) console.log(JSON.stringify(found, undefined, 1));

    expect(calls).toBeGreaterThanOrEqual(40);
    const allowed = new Set(differences.commands.map(({ command }) => command));
    expect(found.filter(({ command }) => !allowed.has(command))).toEqual([]);
    // One that has gone has to go from the list as well.
    const still = new Set(found.map(({ command }) => command));
    expect([...allowed].filter((command) => !still.has(command))).toEqual([]);
  });
});

it("docs/engine-api.md tells every difference", () => {
  const path = new URL("../../../docs/engine-api.md", import.meta.url);
  const text = readFileSync(path, "utf8");
  const [before, , after] = text.split(/<!-- \/?differences -->\n/);
  const code = (words: string) => `\`${words.trim().replaceAll("|", "\\|")}\``;
  const rows = [
    ...differences.everywhere.map(({ reason }) => `| everywhere | ${reason} |`),
    ...differences.commands.map(({ command, reason }) => `| ${code(`docker ${command}`)} | ${reason} |`),
  ];
  const table = ["| command | reason |", "|---|---|", ...rows, ""].join("\n");
  const wanted = `${before}<!-- differences -->\n${table}<!-- /differences -->\n${after}`;
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, wanted);
  expect(readFileSync(path, "utf8")).toBe(wanted);
});

function inOrder(sorted: boolean, said: Said): Said {
  return sorted ? { ...said, stdout: said.stdout.split("\n").sort().join("\n") } : said;
}
