import { join } from "node:path";
import type { DaemonOptions } from "@cnm/daemon";
import { type Client, createClient } from "@cnm/daemon/client";
import { type DaemonProcess, DaemonProgram, type StartOptions } from "./daemon-process.ts";
import { TestHost } from "./host.ts";

/** A daemon on a test's host, which can be killed and started again with the same directories. */
export class DaemonWorld {
  readonly host: TestHost;
  readonly socket: string;
  readonly client: Client;
  readonly #program: DaemonProgram;
  #daemon: DaemonProcess | undefined;

  private constructor(host: TestHost, program: DaemonProgram) {
    this.host = host;
    this.#program = program;
    this.socket = join(host.folder, "cnm.sock");
    this.client = createClient({ host: `unix://${this.socket}` });
  }

  static async open(): Promise<DaemonWorld> {
    return new DaemonWorld(new TestHost(), await DaemonProgram.build());
  }

  get options(): DaemonOptions {
    return { socket: this.socket, state: this.host.stateDir, run: this.host.runDir, logLevel: "error" };
  }

  get daemon(): DaemonProcess {
    if (this.#daemon === undefined) throw new Error("no daemon runs");
    return this.#daemon;
  }

  async start(more: DaemonOptions = {}, how: StartOptions = {}): Promise<DaemonProcess> {
    this.#daemon = await this.#program.start({ ...this.options, ...more }, how);
    return this.#daemon;
  }

  /** Another one, which its starter stops. */
  async another(options: DaemonOptions, how: StartOptions = {}): Promise<DaemonProcess> {
    return await this.#program.start(options, how);
  }

  /** Takes everything down through the front door. */
  async close(): Promise<void> {
    for (const { Id } of await this.client.sandboxes()) await this.client.removeSandbox(Id, true);
    for (const { ID } of await this.client.services()) await this.client.removeService(ID);
    await this.client.pruneNetworks();
    await this.client.close();
    await this.daemon.stop();
    await this.#program.close();
    this.host.close();
  }
}
