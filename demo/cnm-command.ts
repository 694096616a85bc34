import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Namespace } from "@cnm/linux";
import { prompt, said } from "./words.ts";

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandPlace {
  /** The file that npm installs as `cnm`. */
  readonly script: string;
  /** The network namespace that plays the host. */
  readonly host: Namespace;
  /** Where the daemon listens. */
  readonly socket: string;
  /** A folder for `node`, which is this very Node in the commands' sandboxes too. */
  readonly bin: string;
  /** Working folder of every command, where the small programs lie. */
  readonly folder: string;
  /** Ends the play: what is shown is run no more. */
  readonly signal: AbortSignal;
}

/** The `cnm` command, run on the demo's host as its user would run it. */
export class CnmCommand {
  readonly #place: CommandPlace;
  readonly #env: NodeJS.ProcessEnv;

  constructor(place: CommandPlace) {
    this.#place = place;
    this.#env = {
      ...process.env,
      PATH: pathWithNode(place.bin),
      CNM_HOST: `unix://${place.socket}`,
      CNM_AUTOSTART: "0",
      NO_COLOR: "1",
    };
  }

  /** Shows the command line, runs it, shows what it printed. */
  async run(...argv: readonly string[]): Promise<Outcome> {
    this.#place.signal.throwIfAborted();
    prompt(["cnm", ...argv.map(quoted)].join(" "));
    const outcome = await this.quietly(...argv);
    said(outcome.out + outcome.err);
    return outcome;
  }

  /** The lines that a command prints, which is not shown. @throws unless it succeeds */
  async ask(...argv: readonly string[]): Promise<string[]> {
    const { status, out, err } = await this.quietly(...argv);
    if (status !== 0) throw new Error(`cnm ${argv.join(" ")}: ${err.trim()}`);
    return out.split("\n").filter((row) => row !== "");
  }

  /** Listens to a command that goes on, until it prints a line that has the text. @throws when it ends without */
  async hear(text: string, ...argv: readonly string[]): Promise<void> {
    const child = this.#start(argv, ["ignore", "pipe", "ignore"]);
    const ended = once(child, "exit");
    try {
      if (child.stdout === null) throw new Error("its output is not read");
      for await (const row of createInterface(child.stdout)) if (row.includes(text)) return;
      throw new Error(`cnm ${argv.join(" ")}: ended without "${text}"`);
    } finally {
      child.kill();
      await ended;
    }
  }

  async quietly(...argv: readonly string[]): Promise<Outcome> {
    const child = this.#start(argv, ["ignore", "pipe", "pipe"]);
    const texts = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      texts.out += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      texts.err += text;
    });
    const [code] = await once(child, "close");
    return { status: code ?? 1, ...texts };
  }

  /** Starts one that goes on, with its output in a file; an interrupt from the terminal is not meant for it. */
  background(log: string, ...argv: readonly string[]): ChildProcess {
    prompt(["cnm", ...argv.map(quoted), "&"].join(" "));
    const output = openSync(log, "a", 0o600);
    try {
      return this.#start(argv, ["ignore", output, output], true);
    } finally {
      closeSync(output);
    }
  }

  #start(argv: readonly string[], stdio: readonly ("ignore" | "pipe" | number)[], detached = false): ChildProcess {
    const { script, host, folder } = this.#place;
    return host.enter(() =>
      spawn(process.execPath, [script, ...argv], { cwd: folder, env: this.#env, stdio: [...stdio], detached }),
    );
  }
}

/** Not the folder in which Node lies: there may be much else in it. */
function pathWithNode(bin: string): string {
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  return [bin, ...(process.env["PATH"] ?? "").split(delimiter)].join(delimiter);
}

const quoted = (word: string): string => (/^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word}'`);
