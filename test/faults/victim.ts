import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { countSteps, JOURNAL_FD, JournalReader } from "./journal.ts";
import { killOnceThere } from "./kill-once-there.ts";
import type { OperatorOrder } from "./operator.ts";
import type { Death, Moment } from "./subject.ts";

/** A process that is to be killed. It loads everything at once and then waits for its order. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #journal = new JournalReader();
  readonly #closed: Promise<unknown[]>;
  #errors = "";

  constructor(program: string) {
    this.#child = spawn(process.execPath, ["--enable-source-maps", program], {
      stdio: ["pipe", "ignore", "pipe", "pipe"],
    });
    this.#closed = once(this.#child, "close");
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors += text;
    });
    // A kill may come before the order is taken.
    this.#child.stdin?.on("error", () => undefined);
  }

  /** Lets it work, kills it at the moment, and tells what it had said by then. */
  async runUntil(order: OperatorOrder, moment: Moment, stop: AbortSignal): Promise<Death> {
    const kill = (): void => this.kill();
    stop.addEventListener("abort", kill);
    const killAt = killOnceThere(moment, kill);
    const journal = this.#child.stdio[JOURNAL_FD] as Readable;
    journal.setEncoding("utf8").on("data", (text: string) => {
      this.#journal.take(text);
      killAt(countSteps(this.#journal.lines));
    });
    this.#child.stdin?.end(JSON.stringify(order));
    const [code, signal] = await this.#closed;
    stop.removeEventListener("abort", kill);
    const suicide = signal === "SIGKILL" ? undefined : `exit ${String(code)} ${String(signal)}: ${this.#errors}`;
    return { lines: this.#journal.lines, suicide };
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Killed without having been needed. */
  async dismiss(): Promise<void> {
    this.kill();
    await this.#closed;
  }
}
