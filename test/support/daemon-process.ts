import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { DaemonOptions } from "@cnm/daemon";
import { build } from "tsup";

const checkout = fileURLToPath(new URL("../..", import.meta.url));

/** The daemon as a program, made of the sources as they are. */
export class DaemonProgram {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async build(): Promise<DaemonProgram> {
    // Within the checkout, where the program finds the packages that it imports.
    const folder = await mkdtemp(join(checkout, "node_modules", ".cnm-daemon-"));
    await build({
      config: false,
      entry: {
        daemon: join(checkout, "test/support/daemon-child.ts"),
        "forwarder-process": join(checkout, "packages/linux/src/forwarder/apart/forwarder-process.ts"),
      },
      format: "esm",
      target: "node20",
      platform: "node",
      outDir: folder,
      outExtension: () => ({ js: ".mjs" }),
      silent: true,
      external: [/^[^./@]/, /^@(?!cnm\/)/],
      noExternal: [/^@cnm\//],
      esbuildOptions: (options) => {
        options.alias = {
          "@cnm/core/nameserver": join(checkout, "packages/core/src/nameserver/index.ts"),
          "@cnm/core": join(checkout, "packages/core/src/index.ts"),
          "@cnm/linux": join(checkout, "packages/linux/src/index.ts"),
          "@cnm/windows": join(checkout, "packages/windows/src/index.ts"),
        };
      },
      tsconfig: join(checkout, "tsconfig.tests.json"),
    });
    return new DaemonProgram(folder);
  }

  /** Resolves when it serves. @throws what it said when it does not. */
  async start(
    options: DaemonOptions,
    { ownHost = false, env = {}, passed }: StartOptions = {},
  ): Promise<DaemonProcess> {
    const program = [process.execPath, join(this.#folder, "daemon.mjs"), JSON.stringify(options)];
    const own = ["unshare", "-n", "-m", "--propagation", "private", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"];
    // As systemd does: the number of the process that the socket is for is only known inside it.
    const activated = ["sh", "-c", 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"', "sh"];
    const [command = "", ...args] = [...(ownHost ? own : []), ...(passed === undefined ? [] : activated), ...program];
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit", ...(passed === undefined ? [] : [passed])],
      env: { ...process.env, ...env },
    });
    return await DaemonProcess.of(child);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

export interface StartOptions {
  /** In a network namespace of its own, which plays the host. */
  readonly ownHost?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** A listening socket that it is to serve. */
  readonly passed?: number;
}

export class DaemonProcess {
  readonly pid: number;
  readonly tcpPort: number | undefined;
  readonly metricsPort: number | undefined;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown[]>;

  private constructor(child: ChildProcess, said: { readonly tcpPort?: number; readonly metricsPort?: number }) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.tcpPort = said.tcpPort;
    this.metricsPort = said.metricsPort;
    this.#exited = once(child, "exit");
  }

  static async of(child: ChildProcess): Promise<DaemonProcess> {
    if (child.stdout === null) throw new Error("the daemon's output is not read");
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { done, value } = await lines.next();
    if (done === true || !value.startsWith("{")) throw new Error(done === true ? "the daemon ended" : value);
    child.stdout.resume();
    return new DaemonProcess(child, JSON.parse(value));
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Its exit status. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    const [code] = await this.#exited;
    return Number(code);
  }
}
