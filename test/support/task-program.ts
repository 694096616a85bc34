import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Namespace } from "@cnm/linux";

/** A task as a process of its own, which can die as one: it answers whatever it gets with its name, and keeps connections. */
export class TaskProgram {
  readonly #process: ChildProcessByStdio<null, Readable, null>;

  private constructor(process: ChildProcessByStdio<null, Readable, null>) {
    this.#process = process;
  }

  /** Resolves when it listens on the port. */
  static async start(namespace: Namespace, name: string, port: number): Promise<TaskProgram> {
    const source = `
      const server = require("node:net").createServer((client) => {
        client.on("error", () => undefined);
        client.on("data", () => client.write(${JSON.stringify(name)}));
      });
      server.listen({ port: ${port}, host: "::", backlog: 511 }, () => console.log("ready"));`;
    const program = new TaskProgram(
      namespace.enter(() => spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "inherit"] })),
    );
    await once(createInterface(program.#process.stdout), "line");
    return program;
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exited;
  }
}
