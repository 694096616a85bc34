import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { spawnInNamespace } from "@cnm/linux";
import { stop } from "../scale/throughput.ts";

const TICKS_PER_SECOND = 100;

/** HAProxy in TCP mode, in a sandbox of its own: it ends each connection, and begins another one to a task. */
export class HaProxy {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Resolves when it listens on each port, which leads to the same port of the tasks. */
  static async start(namespace: string, config: string, options: Options): Promise<HaProxy> {
    writeFileSync(config, configOf(options));
    const args = ["-W", "-db", "-f", config];
    const child = spawnInNamespace(namespace, "haproxy", args, { stdio: ["ignore", "ignore", "pipe"] });
    if (child.stderr === null) throw new Error("haproxy has no output");
    for await (const line of createInterface(child.stderr))
      if (line.includes("Loading success")) return new HaProxy(child);
    throw new Error("haproxy does not start");
  }

  /** Seconds of a processor that its worker has had. */
  processorSeconds(): number {
    const pid = this.#process.pid ?? 0;
    const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return workers.reduce((sum, worker) => sum + processorSecondsOf(worker), 0);
  }

  close(): Promise<void> {
    return stop(this.#process);
  }
}

function processorSecondsOf(pid: string): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name, in brackets, may have spaces; of what follows, utime and stime are the 12th and 13th.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

interface Options {
  readonly ports: readonly number[];
  readonly tasks: readonly string[];
}

/** As its manual would have it for a plain TCP balancer; `splice-auto` lets the kernel move the bytes. */
const configOf = ({ ports, tasks }: Options): string =>
  [
    "global",
    "  maxconn 2000",
    "defaults",
    "  mode tcp",
    "  option splice-auto",
    "  timeout connect 5s",
    "  timeout client 1m",
    "  timeout server 1m",
    ...ports.flatMap((port) => [
      `listen port${port}`,
      `  bind :${port}`,
      "  balance roundrobin",
      ...tasks.map((address, at) => `  server task${at} ${address}:${port}`),
    ]),
    "",
  ].join("\n");
