import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Kernel } from "./debian-kernel.ts";
import type { GuestResult } from "./guest-event.ts";
import { makeInitramfs } from "./initramfs.ts";
import { consoleLog, runMachine } from "./machine.ts";

export interface GuestSpec {
  readonly kernel: Kernel;
  /** The files of test/vm/guest/. */
  readonly folder: string;
  /** What is run once the host's files are there; one of the folder's. Default: second-stage, which does the request's job. */
  readonly secondStage?: string;
  /** What `run.mjs` is told, JSON: `env`, `job` (a module's path) and `args` (what its default export is called with). */
  readonly request: unknown;
  /** Seconds, as in {@link runMachine}. */
  readonly quiet: number;
  readonly limit: number;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onBoot: () => void;
}

/**
 * Starts a machine, and resolves to the result that it has told. No result is never a pass: throws when the machine went off,
 * panicked, hung or was killed without one, with the last words of its kernel.
 */
export async function runGuest(spec: GuestSpec): Promise<GuestResult> {
  const { kernel, folder, secondStage = "second-stage" } = spec;
  const scratch = mkdtempSync(join(tmpdir(), "vm-"));
  const files = {
    "request.json": JSON.stringify(spec.request),
    paths: lines(join(kernel.folder, "lib/modules"), join(folder, secondStage), resolve(folder, "../../..")),
    program: lines(process.execPath, join(folder, "run.mjs")),
  };
  let result: GuestResult | undefined;
  try {
    await runMachine({
      ...spec,
      scratch,
      initramfs: makeInitramfs({ kernel, init: join(folder, "init"), files }, scratch),
      onEvent: (event) => {
        if (event.event === "ended") result = event;
        else spec.onBoot();
      },
    });
    if (result === undefined) throw new Error("the machine went off without a result");
    return result;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${what}; the last words of its kernel:\n${lastWords(scratch)}`, { cause: error });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

/** From the first sign of its end on, as the reason stands before the trace. */
function lastWords(scratch: string): string {
  try {
    const spoken = readFileSync(consoleLog(scratch), "utf8").split("\n");
    const sign = spoken.findIndex((line) => /Kernel panic|BUG:|rcu: INFO/.test(line));
    return (sign === -1 ? spoken.slice(-40) : spoken.slice(sign, sign + 200)).join("\n");
  } catch {
    return "none";
  }
}
