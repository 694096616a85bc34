import { spawn } from "node:child_process";
import { CnmError } from "@cnm/core";
import type { Namespace } from "../netns/namespace.ts";

export type RunProgram = (path: string, args: readonly string[], input?: string) => Promise<ProgramResult>;

export interface ProgramResult {
  /** Its exit status, or the signal that ended it. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs programs inside a namespace, without a shell. What they print is in English, whatever the host speaks. */
export const programRunner =
  (namespace: Pick<Namespace, "enter">): RunProgram =>
  (path, args, input = "") =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
      // Forked on this thread while it is inside, and so begins its life there.
      const child = namespace.enter(() => spawn(path, args, { env, stdio: ["pipe", "pipe", "pipe"] }));
      const output: Buffer[] = [];
      const complaints: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
      // It may end before it has read everything: then its status and its words tell more than a broken pipe.
      child.stdin.on("error", () => undefined);
      child.once("error", (cause) =>
        reject(new CnmError("internal", "program", `cannot run ${path}: ${cause.message}`, { cause })),
      );
      child.once("close", (code, signal) =>
        resolve({
          status: code ?? signal ?? "unknown",
          stdout: Buffer.concat(output).toString(),
          stderr: Buffer.concat(complaints).toString(),
        }),
      );
      child.stdin.end(input);
    });
