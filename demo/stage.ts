import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentReply } from "./agent.ts";
import { AgentProcess } from "./agent-process.ts";
import { CnmCommand } from "./cnm-command.ts";
import { Daemon } from "./daemon.ts";
import { DemoHost } from "./demo-host.ts";
import type { Score } from "./score.ts";
import { prompt } from "./words.ts";

/** How long an answer may take before it counts as none, in milliseconds: one that has to come, and one that must not. */
const LONG = 15_000;
const SHORT = 1_000;

/** What all chapters play on: a host, a neighbour, the `cnm` command, somebody on each side to look. */
export class Stage {
  readonly folder: string;
  readonly host: DemoHost;
  readonly cnm: CnmCommand;
  readonly daemon: Daemon;
  readonly score: Score;
  readonly onHost: AgentProcess;
  readonly onNeighbour: AgentProcess;
  readonly #signal: AbortSignal;

  private constructor(folder: string, host: DemoHost, script: string, score: Score, signal: AbortSignal) {
    this.folder = folder;
    this.host = host;
    this.score = score;
    this.#signal = signal;
    const programs = fileURLToPath(new URL(".", import.meta.url));
    const home = join(folder, "cnm");
    this.cnm = new CnmCommand({
      script,
      host: host.namespace,
      socket: join(home, "cnm.sock"),
      bin: join(folder, "bin"),
      folder: programs,
      signal,
    });
    this.daemon = new Daemon(this.cnm, home);
    this.onHost = new AgentProcess(host.namespace);
    this.onNeighbour = new AgentProcess(host.neighbour);
  }

  /** @param signal ends the play: its next step throws */
  static async open(script: string, score: Score, signal: AbortSignal): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "cnm-demo-"));
    return new Stage(folder, await DemoHost.create(join(folder, "netns")), script, score, signal);
  }

  /** A small program inside a sandbox, by `cnm exec`: it gets its answer, or none. */
  async inside(
    sandbox: string,
    program: "ping" | "fetch",
    target: string,
    reached: boolean,
    what: string,
  ): Promise<void> {
    const patience = reached ? [] : [String(SHORT)];
    const { status } = await this.cnm.run("exec", sandbox, "--", "node", `${program}.mjs`, target, ...patience);
    this.score.check(what, (status === 0) === reached);
  }

  /** Somebody outside all sandboxes: gets his answer, or none. */
  async outside(what: string, reached: boolean, ask: (patience: number) => Promise<AgentReply>): Promise<void> {
    this.#signal.throwIfAborted();
    const reply = await ask(reached ? LONG : SHORT);
    this.score.check(`${what.padEnd(54)} ${reply.text}`, reply.ok === reached);
  }

  /** Asks over the connection that is open since the first time. */
  call = (): Promise<AgentReply> => this.onNeighbour.call("http://192.0.2.1:8080/", LONG);

  /** Somebody on the host writes a line to a file: no shell is needed for it. */
  write(line: string, path: string): void {
    this.#signal.throwIfAborted();
    prompt(`echo ${line} > ${path}`);
    this.host.namespace.enter(() => writeFileSync(path, `${line}\n`));
  }

  /** Ends everything, whatever the demo came to. */
  async close(): Promise<void> {
    await Promise.all([this.onHost.end(), this.onNeighbour.end()]);
    await this.#removeSandboxes();
    await this.daemon.stop();
    await this.host.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Those that a demo which broke off has left: their programs would go on. */
  async #removeSandboxes(): Promise<void> {
    if (!this.daemon.isNeeded) return;
    if (!this.daemon.runs) await this.daemon.start();
    const sandboxes = await this.cnm.ask("sandbox", "ls", "--quiet");
    if (sandboxes.length > 0) await this.cnm.ask("sandbox", "rm", "--force", ...sandboxes);
  }
}
