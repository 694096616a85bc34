import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { type Signals, statusOfSignal } from "./signals.ts";

export interface SandboxPlace {
  /** Path of the network namespace. */
  readonly netns: string;
  /** Folder with the sandbox's own resolv.conf, hosts and hostname. */
  readonly etcDir: string;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}

const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** Runs a program in a sandbox, with this process's terminal and signals. Returns what a shell would say of its end. */
export async function runInSandbox(io: Io, place: SandboxPlace, program: Program, signals: Signals): Promise<number> {
  if (signals.ending !== undefined) return statusOfSignal(signals.ending);
  needPrograms();
  const { command, args, env, folder } = program;
  const { spawnInSandbox } = await import("@cnm/linux");
  const hostname = readFileSync(join(place.etcDir, "hostname"), "utf8").trim();
  const child = spawnInSandbox({ ...place, hostname }, command, args, { env, cwd: folder, stdio: "inherit" });
  signals.passOnTo((name) => void child.kill(name));
  // One that came while the sandbox was entered.
  if (signals.ending !== undefined) child.kill(signals.ending);
  const { status, fault } = await endOf(child, program);
  if (fault !== undefined) io.err(`cnm: ${fault}\n`);
  return status;
}

/** @throws CliError where no program can be run in a sandbox, before anything is made for one. */
export function needPrograms(system: string = process.platform): void {
  if (system === "linux") return;
  const why =
    system === "win32"
      ? "on Windows a process is in a compartment by its job, which only a container's runtime can give it: " +
        "start a container in the sandbox's namespace (cnm sandbox inspect) instead"
      : `cnm runs them on Linux, not on ${system}`;
  throw new CliError(`programs cannot be run in sandboxes here: ${why}`);
}

interface End {
  readonly status: number;
  readonly fault?: string;
}

function endOf(child: ChildProcess, { command, folder }: Program): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      if (cause.syscall?.startsWith("spawn") !== true) {
        return reject(new CliError(`program ${command}: ${cause.message}`, { cause }));
      }
      const status = cause.code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE;
      const why = cause.code === "ENOENT" ? `there is no program ${command}, or no folder ${folder}` : cause.message;
      resolve({ status, fault: `cannot start ${command}: ${why}` });
    });
    child.once("exit", (code, signal) => resolve({ status: signal === null ? (code ?? 0) : statusOfSignal(signal) }));
  });
}
