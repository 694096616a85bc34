import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** Processes that run a TypeScript program of this checkout, and are told to do things line by line. */
export class Children {
  readonly #source: string;
  readonly #running = new Set<Child>();
  #folder: string | undefined;
  #program: string | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  async prepare(): Promise<void> {
    const bundled = process.env["CNM_TEST_PROGRAMS"];
    // Under Wine there is nothing to bundle with: it has been done outside.
    if (bundled !== undefined) {
      this.#program = join(bundled, `${this.#source.replace(/\.ts$/, "").replaceAll("/", "__")}.mjs`);
      return;
    }
    // Within the checkout, where the program finds the packages that it imports.
    this.#folder = await mkdtemp(join(checkout, "node_modules", ".cnm-child-"));
    const { build } = await import("tsup");
    await build({
      config: false,
      entry: { child: join(checkout, this.#source) },
      format: "esm",
      target: "node20",
      platform: "node",
      outDir: this.#folder,
      outExtension: () => ({ js: ".mjs" }),
      silent: true,
      external: [/^[^./]/],
      tsconfig: join(checkout, "tsconfig.tests.json"),
    });
    this.#program = join(this.#folder, "child.mjs");
  }

  /** Resolves when the process has said its first line. */
  async start(...args: readonly string[]): Promise<Child> {
    if (this.#program === undefined) throw new Error("the program is not prepared");
    const child = new Child(spawn(process.execPath, [this.#program, ...args], { stdio: ["pipe", "pipe", "inherit"] }));
    this.#running.add(child);
    child.first = await child.line();
    return child;
  }

  async end(): Promise<void> {
    for (const child of this.#running) await child.kill();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true });
  }
}

export class Child {
  first = "";
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  constructor(process: ChildProcessByStdio<Writable, Readable, null>) {
    this.#process = process;
    this.#exited = once(process, "exit");
    this.#lines = createInterface(process.stdout)[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async ask(line: string): Promise<string> {
    this.#process.stdin.write(`${line}\n`);
    return await this.line();
  }

  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done === true) throw new Error(`process ${this.pid} ended`);
    return value;
  }

  /** Resolves to what it had said before, and nobody has asked for. */
  async killAndDrain(): Promise<readonly string[]> {
    this.#process.kill("SIGKILL");
    const lines: string[] = [];
    for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next())
      lines.push(next.value);
    await this.#exited;
    return lines;
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#exited;
  }
}
