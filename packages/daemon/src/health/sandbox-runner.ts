import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { ProgramEnd, SandboxRunner } from "@cnm/core";
import type { SandboxFiles } from "../files/sandbox-files.ts";
import type { Host } from "../host/host.ts";
import type { SandboxRecords } from "../records/sandbox-records.ts";
import { environment } from "../supervise/environment.ts";
import { placeOf } from "../supervise/place-of.ts";
import { statusOfSignal } from "../supervise/read-signal.ts";

export interface RunnerParts {
  readonly host: Host;
  readonly files: SandboxFiles;
  readonly records: SandboxRecords;
  /** Whose programs these are, so that the next daemon finds those that a killed one has left. */
  readonly state: string;
}

/** In the environment of every program of a health test, and of what it starts. */
export const MARK = "CNM_HEALTH_TEST";

/** As much as Docker keeps. */
const LONGEST_OUTPUT = 4096;

/**
 * Runs programs of health tests: where the sandbox's own program runs, in its environment and its folder. What a program has
 * started ends with it.
 */
export function sandboxRunner({ host, files, records, state }: RunnerParts): SandboxRunner {
  return (sandbox, [program = "", ...args], signal) => {
    signal.throwIfAborted();
    const { env = [], cwd = "/" } = records.get(sandbox.id).program ?? {};
    const child = host.spawn(placeOf(sandbox, files), program, args, {
      cwd,
      env: { ...environment(env), [MARK]: state },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return endOf(child, program, signal);
  };
}

function endOf(child: ChildProcess, program: string, signal: AbortSignal): Promise<ProgramEnd> {
  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null);
  const output = outputOf(pipes);
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      endAll(child);
      for (const pipe of pipes) pipe.destroy();
      reject(signal.reason);
    };
    let status = 0;
    child.once("error", (cause) => {
      signal.removeEventListener("abort", aborted);
      reject(new Error(`${program} cannot be started: ${cause.message}`, { cause }));
    });
    child.once("exit", (code, by) => {
      status = code ?? (by === null ? 0 : statusOfSignal(by));
      endAll(child);
    });
    child.once("close", () => {
      signal.removeEventListener("abort", aborted);
      resolve({ status, output: output() });
    });
    signal.addEventListener("abort", aborted, { once: true });
  });
}

/** The beginning of what comes; the rest is read too, so that nobody waits for room. */
function outputOf(pipes: readonly Readable[]): () => string {
  const pieces: Buffer[] = [];
  let length = 0;
  for (const pipe of pipes) {
    pipe.on("data", (piece: Buffer) => {
      if (length < LONGEST_OUTPUT) pieces.push(piece.subarray(0, LONGEST_OUTPUT - length));
      length += piece.length;
    });
  }
  return () => Buffer.concat(pieces).toString().trim();
}

/** It has a process group of its own. */
function endAll({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
