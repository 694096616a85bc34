import { CnmError, type Logger, type Platform } from "@cnm/core";
import type { Host } from "./host/host.ts";
import type { DaemonOptions } from "./options/daemon-options.ts";

export type { DaemonOptions, FirewallOption, LogLevel } from "./options/daemon-options.ts";

/** A daemon that serves. */
export interface Daemon extends AsyncDisposable {
  readonly socket: string;
  /** Of TLS, and of metrics; undefined unless asked for. */
  readonly tcpPort: number | undefined;
  readonly metricsPort: number | undefined;
  /** Resolves when it has stopped, whoever asked for that. */
  readonly stopped: Promise<void>;
  /** Stops serving. Networks, sandboxes and programs stay as they are. */
  stop(): Promise<void>;
}

export interface RunOptions {
  /** Stop at SIGTERM and SIGINT. Default: true. */
  readonly signals?: boolean;
  /** Default: JSON lines on stderr. */
  readonly logger?: Logger;
  /** Default: that of this system, with what the options say. The daemon closes it. */
  readonly openPlatform?: () => Promise<Platform>;
}

/**
 * Opens the state directory, makes the host match it, and serves the API. Resolves when it does; it runs until
 * SIGTERM, SIGINT or {@link Daemon.stop}.
 *
 * @throws CnmError `invalid` that lists every wrong option; `conflict` when another daemon has the state, the host or the
 *   socket; `unsupported` where there is no platform for this system.
 * @example
 * const daemon = await runDaemon({ socket: "/tmp/cnm.sock", state: "/tmp/cnm-state", run: "/tmp/cnm-run" });
 * await daemon.stopped;
 */
export async function runDaemon(options: DaemonOptions = {}, run: RunOptions = {}): Promise<Daemon> {
  // Whoever only wants a client, or help, does not load the server.
  const { startDaemon } = await import("./start-daemon.ts");
  return await startDaemon(options, run);
}

/**
 * Has a command, which is to be that of a daemon, started with the system. Resolves to a sentence for people.
 *
 * @throws CnmError `unsupported` where packages bring what the service manager needs; `unavailable` when Windows refuses.
 */
export async function installDaemon(command: readonly string[]): Promise<string> {
  const { loadHost } = await import("./host/load-host.ts");
  return await serviceOf(await loadHost(), "install")(command);
}

/** Takes {@link installDaemon} back. */
export async function uninstallDaemon(): Promise<string> {
  const { loadHost } = await import("./host/load-host.ts");
  return await serviceOf(await loadHost(), "uninstall")();
}

function serviceOf<Name extends "install" | "uninstall">(host: Host, name: Name): NonNullable<Host[Name]> {
  const work = host[name];
  if (work !== undefined) return work;
  const message = `${name} is for Windows: elsewhere the service manager has files of its own, such as systemd/cnm.service`;
  throw new CnmError("unsupported", "no-install", message);
}
