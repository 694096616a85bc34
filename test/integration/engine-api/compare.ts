import type { DockerCli, Said } from "./docker-cli.ts";
import type { Engine } from "./engine.ts";
import { normalise, type Rewriting } from "./normalise.ts";
import type { Step } from "./step.ts";

/** Where cnm answers otherwise, and why; docs/engine-api.md tells it to people. */
export interface Differences {
  readonly everywhere: readonly Rewriting[];
  readonly commands: readonly { readonly command: string; readonly reason: string }[];
}

export interface Compared {
  readonly engine: Engine;
  readonly cli: DockerCli;
}

export interface Comparison {
  /** How often the command line was called on each side. */
  readonly calls: number;
  /** The calls that were answered otherwise. */
  readonly found: readonly { readonly command: string; readonly dockerd: Said; readonly cnm: Said }[];
}

/** Takes every step with both daemons, Docker's first. */
export async function compareEngines(
  engines: readonly Compared[],
  script: readonly Step[],
  { everywhere }: Differences,
): Promise<Comparison> {
  const found: { command: string; dockerd: Said; cnm: Said }[] = [];
  let calls = 0;
  for (const step of script) {
    if (!("docker" in step)) {
      await Promise.all(engines.map(({ engine }) => step.prepare(engine)));
      continue;
    }
    calls++;
    const [dockerd, cnm] = await Promise.all(
      engines.map(async ({ cli }) => normalise(inOrder(step.sorted, await cli.run(step.docker)), everywhere)),
    );
    if (dockerd === undefined || cnm === undefined) throw new Error("an engine is missing");
    if (JSON.stringify(dockerd) !== JSON.stringify(cnm)) found.push({ command: step.docker.join(" "), dockerd, cnm });
  }
  if (process.env["CNM_PARITY_REPORT"] !== undefined) console.log(JSON.stringify(found, undefined, 1));
  return { calls, found };
}

function inOrder(sorted: boolean, said: Said): Said {
  return sorted ? { ...said, stdout: said.stdout.split("\n").sort().join("\n") } : said;
}
