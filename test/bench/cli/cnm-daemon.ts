import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { type Client, createClient } from "@cnm/daemon/client";
import type { Namespace } from "@cnm/linux";
import { DAEMON_NODE_OPTIONS } from "../../../packages/cli/src/daemon/node-options.ts";
import { cnmScript } from "../../support/cnm-script.ts";

/** It rests when its memory has not changed for so many looks. */
const LOOKS = 16;
const BETWEEN_MS = 250;
const SAME = 64 << 10;

/** `cnm daemon`, started as the command starts it, in a network namespace that plays the host. */
export class CnmDaemon {
  readonly host: string;
  readonly client: Client;
  readonly #namespace: Namespace;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(namespace: Namespace, folder: string) {
    this.#namespace = namespace;
    this.#folder = folder;
    this.host = `unix://${join(folder, "cnm.sock")}`;
    this.client = createClient({ host: this.host });
  }

  /** Resolves when it serves. */
  async start(): Promise<void> {
    const at = (name: string): string => join(this.#folder, name);
    const places = ["--socket", at("cnm.sock"), "--state", at("state"), "--run", at("run")];
    const args = [...DAEMON_NODE_OPTIONS, cnmScript(), "daemon", ...places];
    const daemon = this.#namespace.enter(() => spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] }));
    this.#process = daemon;
    for await (const line of createInterface(daemon.stderr)) {
      if (line.includes("the daemon serves")) break;
    }
    if (daemon.exitCode !== null) throw new Error(`the daemon ended with status ${daemon.exitCode}`);
    daemon.stderr.resume();
  }

  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const daemon = this.#process;
    if (daemon === undefined) return;
    this.#process = undefined;
    const ended = once(daemon, "exit");
    daemon.kill(signal);
    await ended;
  }

  /** Its RSS once it does nothing any more. Nothing is done to make it less. */
  async restingBytes(): Promise<number> {
    let last = this.#residentBytes();
    for (let looks = 0; looks < LOOKS; looks++) {
      await pause(BETWEEN_MS);
      const now = this.#residentBytes();
      if (Math.abs(now - last) > SAME) looks = 0;
      last = now;
    }
    return last;
  }

  async close(): Promise<void> {
    try {
      if (this.#process !== undefined) {
        for (const { Id } of await this.client.sandboxes()) await this.client.removeSandbox(Id, true);
        await this.client.pruneNetworks();
      }
    } finally {
      await this.client.close();
      await this.kill("SIGTERM");
    }
  }

  #residentBytes(): number {
    const status = readFileSync(`/proc/${this.#process?.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }
}
