import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindLibc, loadFfi } from "@cnm/linux";
import { Machine } from "./attach/machine.ts";
import { CnmDaemon } from "./cli/cnm-daemon.ts";
import { commandTimes } from "./cli/command-times.ts";
import { type FirstAnswers, firstAnswers } from "./cli/first-answers.ts";
import { makeSandboxes } from "./cli/make-sandboxes.ts";
import { type SandboxMemory, sandboxMemory } from "./cli/sandbox-memory.ts";
import { type BenchRow, report } from "./report.ts";

const ROUNDS = 60;
/** The first ones make the daemon compile what it needs for any; a bridge takes a thousand. */
const SANDBOXES = 800;
const FEW = 2;
const MB = 1 << 20;

await report(
  `The command beside an empty Node: medians of ${ROUNDS} alternating runs. The daemon's memory: RSS when it rests`,
  measureCli,
);

async function measureCli(): Promise<readonly BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), "cnm-bench-cli-"));
  const machine = new Machine(bindLibc(loadFfi()), folder);
  const daemon = new CnmDaemon(machine.host("cnm"), folder);
  try {
    await daemon.start();
    const idle = await daemon.restingBytes();
    const times = commandTimes(daemon.host, ROUNDS);
    const memory = await sandboxMemory(daemon, SANDBOXES);
    const many = await firstAnswers(daemon);
    const few = await amongFew(machine);
    const answers = [...answerRows(FEW, few), ...answerRows(SANDBOXES, many)];
    return [...timeRows(times), ...memoryRows(idle, memory), ...answers];
  } finally {
    await daemon.close();
    machine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function amongFew(machine: Machine): Promise<FirstAnswers> {
  const folder = machine.path("few");
  mkdirSync(folder);
  const daemon = new CnmDaemon(machine.host("few"), folder);
  try {
    await daemon.start();
    await makeSandboxes(daemon.client, 0, FEW);
    return await firstAnswers(daemon);
  } finally {
    await daemon.close();
  }
}

function timeRows({ node, command }: ReturnType<typeof commandTimes>): readonly BenchRow[] {
  return [
    { name: "node -e 0", value: node, unit: "ms" },
    { name: "cnm network ls", value: command, unit: "ms" },
    atMost("cnm network ls / node -e 0", command / node, "×", 1.5),
  ];
}

function memoryRows(idle: number, { first, all }: SandboxMemory): readonly BenchRow[] {
  const further = (all.bytes * all.count - first.bytes * first.count) / (all.count - first.count);
  return [
    atMost("daemon, freshly started", idle / MB, "MB", 90),
    { name: `a sandbox with DNS, of the first ${first.count}`, value: first.bytes / 1000, unit: "kB" },
    { name: "each further sandbox with DNS", value: further / 1000, unit: "kB" },
    atMost(`a sandbox with DNS, of all ${all.count}`, all.bytes / 1000, "kB", 40),
  ];
}

function answerRows(sandboxes: number, { serving, answered }: FirstAnswers): readonly BenchRow[] {
  const after = `after kill -9 among ${sandboxes} sandboxes`;
  return [
    { name: `${after}: start to serving`, value: serving, unit: "ms" },
    atMost(`${after}: serving to a name's answer`, answered, "ms", 1000),
  ];
}

function atMost(name: string, value: number, unit: string, limit: number): BenchRow {
  return { name, value, unit, target: `≤ ${limit} ${unit}`, met: value <= limit };
}
