import { spawn } from "node:child_process";
import { win32 } from "node:path";
import { type CallOptions, CnmError } from "@cnm/core";
import * as v from "valibot";
import { scriptArguments, scriptText } from "./script.ts";

export interface PowerShell {
  /**
   * Runs a script's body, whose `$given` is the input, and resolves to the objects that it puts out.
   * Throws CnmError `unavailable` "powershell" when PowerShell cannot be started; `unsupported` "powershell" when this Windows
   * does not have the command; `internal` "powershell" with its message for every other error of the script's.
   *
   * @param what Names the script in errors: "the network adapters".
   */
  run(what: string, body: string, input: unknown, options?: CallOptions): Promise<readonly unknown[]>;
}

export interface PowerShellOptions {
  /** Another program, for tests. */
  readonly program?: string;
}

/** A process for each script: hundreds of milliseconds. For what HNS has no words for, and never for each endpoint. */
export function powerShell({ program = windowsPowerShell() }: PowerShellOptions = {}): PowerShell {
  return {
    async run(what, body, input, { signal } = {}) {
      const args = scriptArguments(scriptText(body));
      const { output, errors } = await start(program, args, JSON.stringify(input ?? null), signal);
      const told = v.safeParse(answer, parse(output));
      if (!told.success) throw failed("internal", what, errors.trim() || output.trim() || "it said nothing");
      if (told.output.Ok) return told.output.Output;
      const { Error: message, Id } = told.output;
      throw failed(Id === "CommandNotFoundException" ? "unsupported" : "internal", what, message);
    },
  };
}

const answer = v.variant("Ok", [
  v.object({ Ok: v.literal(true), Output: v.array(v.unknown()) }),
  v.object({ Ok: v.literal(false), Error: v.string(), Id: v.string() }),
]);

const windowsPowerShell = (): string =>
  win32.join(process.env["SystemRoot"] ?? "C:\\Windows", "System32\\WindowsPowerShell\\v1.0\\powershell.exe");

const failed = (
  kind: "internal" | "unsupported" | "unavailable",
  what: string,
  why: string,
  cause?: unknown,
): CnmError => new CnmError(kind, "powershell", `PowerShell cannot tell ${what}: ${why}`, { cause });

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

interface Said {
  readonly output: string;
  readonly errors: string;
}

function start(
  program: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal | undefined,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { windowsHide: true, ...(signal === undefined ? {} : { signal }) });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    // One that ends without reading is known by what it says.
    child.stdin.on("error", () => undefined);
    child.once("error", (cause) => {
      if (signal?.aborted === true) reject(signal.reason);
      else reject(failed("unavailable", "anything", `cannot start ${program}`, cause));
    });
    child.once("close", () => {
      resolve({ output: Buffer.concat(output).toString(), errors: Buffer.concat(errors).toString() });
    });
    child.stdin.end(input);
  });
}
