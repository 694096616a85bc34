import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const WARNING = 40;

/** One process of `cnm daemon`, from its start to its end. */
export class DaemonRun {
  /** Its log says so. Rejects when it ends before. */
  readonly serving: Promise<void>;
  /** "killed", or how it ended else. */
  readonly ended: Promise<string>;
  /** What it logged that is not as it should be. */
  readonly warnings: string[] = [];
  killed = false;
  readonly #child: ChildProcess;
  readonly #said: string[] = [];

  constructor(program: string, options: readonly string[]) {
    this.#child = spawn(process.execPath, [program, "daemon", ...options], { stdio: ["ignore", "ignore", "pipe"] });
    // What it wrote into may be open in other hands: a forwarder outlives it.
    this.ended = once(this.#child, "exit").then(([code, signal]) =>
      signal === "SIGKILL" ? "killed" : `exit ${String(code)} ${String(signal)}`,
    );
    this.serving = new Promise((resolve, reject) => {
      const { stderr } = this.#child;
      if (stderr === null) throw new Error("what the daemon logs is not read");
      createInterface(stderr).on("line", (line) => {
        this.#take(line);
        if (line.includes("the daemon serves")) resolve();
      });
      void this.ended.then((end) => reject(new Error(`the daemon ends before it serves: ${end}: ${this.said}`)));
    });
    this.serving.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The last lines that it wrote. */
  get said(): string {
    return this.#said.slice(-20).join("\n");
  }

  kill(): void {
    this.killed = this.signal("SIGKILL") || this.killed;
  }

  /** False when there is nobody any more. */
  signal(name: NodeJS.Signals): boolean {
    return this.#child.kill(name);
  }

  #take(line: string): void {
    this.#said.push(line);
    const isLog = line.startsWith("{");
    if (!isLog || Number((JSON.parse(line) as { readonly level: number }).level) >= WARNING) this.warnings.push(line);
  }
}
