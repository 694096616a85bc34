import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, watch } from "node:fs";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";
import { CliError } from "../errors.ts";

export interface DaemonStart {
  readonly socket: string;
  /** Program and arguments of `cnm daemon`; the socket is added. */
  readonly command: readonly [string, ...string[]];
  /** Where its output goes: `daemon.log` in there. */
  readonly stateDir: string;
}

/** How long a daemon may take; it makes the host match its state first. */
const START_MS = 30_000;
/** One that ended may have found another that is just starting: that one gets this long. */
const OTHER_MS = 3_000;
const RETRY_MS = 50;

/** Starts a daemon that outlives this command, and waits until it listens. */
export async function startDaemon({ socket, command, stateDir }: DaemonStart): Promise<void> {
  const log = join(stateDir, "daemon.log");
  mkdirSync(dirname(socket), { recursive: true, mode: 0o755 });
  using arrival = new SocketArrival(socket);
  const child = launch([...command, "--socket", socket], log, stateDir);
  const ended = once(child, "exit").then(() => arrival.giveUpAfter(OTHER_MS));
  ended.catch((cause: unknown) => arrival.fail(cause));
  try {
    arrival.giveUpAfter(START_MS);
    await arrival.listening;
  } catch (cause) {
    throw new CliError(`the daemon does not come up at ${socket}: ${lastLine(log)}`, { cause });
  } finally {
    child.unref();
  }
}

function launch([program = "", ...args]: readonly string[], log: string, stateDir: string): ChildProcess {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const output = openSync(log, "a", 0o600);
  try {
    return spawn(program, args, { cwd: "/", detached: true, stdio: ["ignore", output, output] });
  } finally {
    closeSync(output);
  }
}

function lastLine(log: string): string {
  return `${readFileSync(log, "utf8").trim().split("\n").at(-1) || "it says nothing"} (${log})`;
}

/** Resolves when somebody listens on a socket. Its folder tells when to look. */
class SocketArrival implements Disposable {
  readonly listening: Promise<void>;
  readonly #socket: string;
  readonly #watcher;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #disposed = false;
  #resolve: () => void = () => undefined;
  #reject: (cause: unknown) => void = () => undefined;

  constructor(socket: string) {
    this.#socket = socket;
    this.listening = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#watcher = watch(dirname(socket), (_, name) => {
      if (name === null || name === basename(socket)) this.#look();
    });
    this.#watcher.on("error", (cause) => this.fail(cause));
    this.#look();
  }

  giveUpAfter(milliseconds: number): void {
    if (this.#disposed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.fail(new Error(`nobody listens after ${milliseconds} ms`)), milliseconds);
  }

  fail(cause: unknown): void {
    this.#reject(cause);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#watcher.close();
  }

  #look(): void {
    const attempt = connect(this.#socket);
    attempt.once("connect", () => {
      attempt.destroy();
      this.#resolve();
    });
    attempt.once("error", ({ code }: NodeJS.ErrnoException) => {
      attempt.destroy();
      // The file is there when the socket is bound, and the moment in which it begins to listen tells nobody.
      if (code !== "ECONNREFUSED" || this.#disposed) return;
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.#look(), RETRY_MS);
    });
  }
}
