import { spawnSync } from "node:child_process";
import { cnmScript } from "../../support/cnm-script.ts";
import { median } from "../report.ts";

const WARM_UP = 5;

export interface CommandTimes {
  /** Medians, in ms. */
  readonly node: number;
  readonly command: number;
}

/** How long Node takes to do nothing, and `cnm network ls` to ask the daemon there, in turns. */
export function commandTimes(host: string, rounds: number): CommandTimes {
  const node: number[] = [];
  const command: number[] = [];
  const script = cnmScript();
  for (let round = -WARM_UP; round < rounds; round++) {
    const nothing = wallTime(["-e", "0"]);
    const listing = wallTime([script, "--host", host, "network", "ls"]);
    if (round < 0) continue;
    node.push(nothing);
    command.push(listing);
  }
  return { node: median(node), command: median(command) };
}

function wallTime(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  const end = performance.now();
  if (status !== 0) throw new Error(`node ${args.join(" ")} gives ${status}: ${stderr}`);
  return end - start;
}
