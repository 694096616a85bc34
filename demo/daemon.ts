import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import type { CnmCommand } from "./cnm-command.ts";

/** `cnm daemon` with directories of its own; started, killed, and started again with the same. */
export class Daemon {
  readonly #cnm: CnmCommand;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  /** Everything that it keeps is in the folder, its socket too. */
  constructor(cnm: CnmCommand, folder: string) {
    this.#cnm = cnm;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get runs(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Whether there are sandboxes that only a daemon can remove. */
  get isNeeded(): boolean {
    const pins = join(this.#folder, "run/netns");
    return existsSync(pins) && readdirSync(pins).length > 0;
  }

  /** Resolves when it says that it serves. @throws what it said when it ends instead */
  async start(): Promise<void> {
    const log = join(this.#folder, "daemon.log");
    const at = (name: string) => join(this.#folder, name);
    const argv = ["daemon", "--socket", at("cnm.sock"), "--state", at("state"), "--run", at("run")];
    const child = this.#cnm.background(log, ...argv);
    this.#child = child;
    const before = count(log);
    using changes = watching(log);
    const ended = once(child, "exit").then(() => "ended" as const);
    while (count(log) === before) {
      if ((await Promise.race([changes.next(), ended])) === "ended") {
        throw new Error(`the daemon does not come up: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`);
      }
    }
  }

  /** As `kill -9`. */
  kill = (): Promise<void> => this.#end("SIGKILL");
  stop = (): Promise<void> => this.#end("SIGTERM");

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.runs) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

/** How often a daemon has said so. */
const count = (log: string): number => readFileSync(log, "utf8").split("the daemon serves").length;

function watching(path: string): Disposable & { next(): Promise<void> } {
  let wake = (): void => undefined;
  let unread = false;
  const watcher = watch(path, () => {
    unread = true;
    wake();
  });
  return {
    async next() {
      if (!unread) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      unread = false;
    },
    [Symbol.dispose]: () => watcher.close(),
  };
}
