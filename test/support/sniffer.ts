import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { spawnInNamespace } from "@cnm/linux";

export interface Sniffed {
  /** Seconds, as the kernel saw it. */
  readonly at: number;
  readonly line: string;
}

/** `tcpdump` in a namespace: the witness for what is on the wire. */
export class Sniffer {
  readonly #process: ChildProcess;
  readonly #packets: Sniffed[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  private constructor(process: ChildProcess) {
    this.#process = process;
    const { stdout } = process;
    if (stdout === null) throw new Error("tcpdump has no output");
    createInterface(stdout).on("line", (line) => {
      this.#packets.push({ at: Number(/^\d+\.\d+/.exec(line)?.[0]), line });
      this.#wake();
    });
    process.once("exit", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** Resolves when it listens. */
  static async start(path: string, link: string, filter: string): Promise<Sniffer> {
    const args = ["--immediate-mode", "-l", "-n", "-e", "-tt", "-Z", "root", "-i", link, filter];
    const process = spawnInNamespace(path, "tcpdump", args, { stdio: ["ignore", "pipe", "pipe"] });
    const sniffer = new Sniffer(process);
    const said: string[] = [];
    if (process.stderr === null) throw new Error("tcpdump says nothing");
    for await (const line of createInterface(process.stderr)) {
      said.push(line);
      if (line.startsWith("listening on")) return sniffer;
    }
    throw new Error(`tcpdump does not listen: ${said.join("; ")}`);
  }

  /** The first packets that match, as soon as there are so many. */
  async packets(match: RegExp, count: number): Promise<readonly Sniffed[]> {
    while (this.seen(match).length < count) {
      if (this.#ended) throw new Error(`tcpdump ended, having seen ${this.seen(match).length} of ${count} ${match}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    return this.seen(match).slice(0, count);
  }

  seen(match: RegExp): readonly Sniffed[] {
    return this.#packets.filter(({ line }) => match.test(line));
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
