import { once } from "node:events";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { CnmError, type Controller, type Logger, type Sandbox } from "@cnm/core";
import type { SandboxFiles } from "../files/sandbox-files.ts";
import type { Host } from "../host/host.ts";
import type { EventJournal } from "../journal/event-journal.ts";
import { isRunning, type ProcessRecord, type Program } from "../records/sandbox-record.ts";
import type { SandboxRecords } from "../records/sandbox-records.ts";
import { environment } from "./environment.ts";
import { placeOf } from "./place-of.ts";
import { readSignal, statusOfSignal } from "./read-signal.ts";

export interface SupervisorParts {
  readonly cnm: Controller;
  readonly host: Host;
  readonly records: SandboxRecords;
  readonly files: SandboxFiles;
  readonly journal: EventJournal;
  readonly logger: Logger;
}

interface Started {
  readonly process: ProcessRecord;
  /** Its exit status. */
  readonly ended: Promise<number>;
}

/**
 * The programs that the daemon starts in sandboxes. Each has a session of its own, and writes straight into its log file: it
 * does not notice when the daemon goes, and the daemon finds it again by number and start time.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  /** Programs of an earlier daemon, by sandbox. */
  readonly #watches = new Map<string, Disposable>();
  /** Who waits for the end of a sandbox's program. */
  readonly #waiting = new Map<string, Set<(exitCode: number) => void>>();
  readonly #starts = new Map<string, Promise<void>>();
  readonly #removals = new Map<string, Promise<void>>();
  #closed = false;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** At start: finds programs again, learns which have ended, and clears away what belongs to no sandbox. */
  async recover(): Promise<void> {
    const { cnm, records, files } = this.#parts;
    const sandboxes = new Set<string>((await cnm.sandboxes()).map(({ id }) => id));
    for (const id of new Set([...records.ids(), ...(await files.ids())])) {
      if (sandboxes.has(id)) await this.#find(id);
      else await this.forget(id);
    }
  }

  /** Once, however often it is asked for. @throws CnmError `invalid` when the program cannot be started */
  start(id: string): Promise<void> {
    const under = this.#starts.get(id);
    if (under !== undefined) return under;
    const starting = this.#start(id).finally(() => this.#starts.delete(id));
    this.#starts.set(id, starting);
    return starting;
  }

  async #start(id: string): Promise<void> {
    const { cnm, records, logger } = this.#parts;
    const record = records.get(id);
    if (record.program === undefined) throw noProgram(id);
    if (isRunning(record)) return;
    const sandbox = await (await cnm.sandbox(id)).info();
    const { process, ended } = await this.#spawn(sandbox, record.program);
    const { pid } = process;
    await records.put(id, { ...record, program: { ...record.program, process } });
    this.#log("start", sandbox);
    logger.info({ sandbox: id, pid }, `program of sandbox ${sandbox.name} is started`);
    void ended.then((exitCode) => this.#noteEnd(id, process, exitCode));
  }

  /** @throws CnmError `conflict` when none runs; `invalid` for an unknown signal */
  kill(id: string, signal: string): void {
    const number = readSignal(signal);
    const { program } = this.#parts.records.get(id);
    const running = program?.process;
    if (running === undefined || running.finished !== undefined) {
      throw new CnmError("conflict", "not-running", `Container ${id} is not running`);
    }
    this.#signal(running, number);
  }

  /** Asks the program to end, waits, and ends it. Below zero it is waited for without end. */
  async stop(id: string, signal: string, seconds: number): Promise<void> {
    this.kill(id, signal);
    const ended = this.wait(id, AbortSignal.any([]));
    if (seconds < 0) {
      await ended;
      return;
    }
    const timer = setTimeout(() => {
      if (isRunning(this.#parts.records.get(id))) this.kill(id, "SIGKILL");
    }, seconds * 1000);
    await ended.finally(() => clearTimeout(timer));
  }

  /** The exit status of the sandbox's program, when it has ended. -1 if nobody was there to learn it. */
  async wait(id: string, signal: AbortSignal): Promise<number> {
    const { program } = this.#parts.records.get(id);
    if (program === undefined) throw noProgram(id);
    if (program.process?.finished !== undefined) return program.process.exitCode ?? -1;
    return await new Promise<number>((resolve, reject) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const abort = () => {
        waiting.delete(done);
        reject(signal.reason);
      };
      const done = (exitCode: number) => {
        signal.removeEventListener("abort", abort);
        resolve(exitCode);
      };
      waiting.add(done);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** Ends the program, and removes the sandbox with everything that belongs to it. */
  remove(id: string): Promise<void> {
    const under = this.#removals.get(id);
    if (under !== undefined) return under;
    const removal = this.#remove(id).finally(() => this.#removals.delete(id));
    this.#removals.set(id, removal);
    return removal;
  }

  /** Of a sandbox that has gone without us. */
  async forget(id: string): Promise<void> {
    const { records, files } = this.#parts;
    this.#watches.get(id)?.[Symbol.dispose]();
    this.#watches.delete(id);
    await records.delete(id);
    await files.remove(id);
  }

  /** Programs run on. */
  close(): void {
    this.#closed = true;
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
  }

  async #find(id: string): Promise<void> {
    const { host, records } = this.#parts;
    const { program } = records.get(id);
    if (program === undefined || program.process?.finished !== undefined) return;
    const running = program.process;
    // It was to be started when the daemon was killed: all of it or nothing.
    if (running === undefined) {
      await this.remove(id);
      return;
    }
    const watch = host.watchProcess(running.pid, running.startTime, () => void this.#noteEnd(id, running, undefined));
    if (watch === undefined) await this.#noteEnd(id, running, undefined);
    else this.#watches.set(id, watch);
  }

  async #spawn(sandbox: Sandbox, program: Program): Promise<Started> {
    const { host, files } = this.#parts;
    const path = files.logPath(sandbox.id);
    await mkdir(dirname(path), { recursive: true });
    const log = await open(path, "a", 0o600);
    try {
      const [command = "", ...args] = program.cmd;
      const child = host.spawn(placeOf(sandbox, files), command, args, {
        cwd: program.cwd ?? "/",
        env: environment(program.env),
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
      });
      // Listened to in the very turn in which it was started: it may end in the next.
      const ended = new Promise<number>((resolve) => {
        child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 0 : statusOfSignal(signal))));
      });
      const { pid } = child;
      if (pid === undefined) {
        const [cause] = (await once(child, "error").catch((error: unknown) => [error])) as [Error];
        const message = `program ${command} of sandbox ${sandbox.name} cannot be started: ${cause.message}`;
        throw new CnmError("invalid", "program-not-started", message, { cause });
      }
      child.unref();
      const process = { pid, startTime: host.startTime(pid) ?? "", started: new Date().toISOString() };
      return { process, ended };
    } finally {
      await log.close();
    }
  }

  async #noteEnd(id: string, ended: ProcessRecord, exitCode: number | undefined): Promise<void> {
    const { cnm, records, logger } = this.#parts;
    this.#watches.delete(id);
    if (this.#closed) return;
    try {
      const record = records.get(id);
      if (record.program?.process?.startTime === ended.startTime && record.program.process.pid === ended.pid) {
        const process = {
          ...ended,
          finished: new Date().toISOString(),
          ...(exitCode === undefined ? {} : { exitCode }),
        };
        await records.put(id, { ...record, program: { ...record.program, process } });
      }
      const sandbox = await (await cnm.sandbox(id)).info();
      this.#log("die", sandbox, { exitCode: String(exitCode ?? -1) });
      logger.info({ sandbox: id, exitCode }, `program of sandbox ${sandbox.name} has ended`);
      this.#release(id, exitCode ?? -1);
      if (record.autoRemove) await this.remove(id);
    } catch (error) {
      logger.error({ err: error, sandbox: id }, "the end of a program is not dealt with");
      this.#release(id, exitCode ?? -1);
    }
  }

  #release(id: string, exitCode: number): void {
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    for (const done of waiting) done(exitCode);
  }

  async #remove(id: string): Promise<void> {
    const { cnm, records } = this.#parts;
    if (isRunning(records.get(id))) {
      this.kill(id, "SIGKILL");
      await this.wait(id, AbortSignal.any([]));
    }
    await (await cnm.sandbox(id)).remove();
    await this.forget(id);
  }

  /** SIGKILL to all that it has started too, as a container's end would do. The number may be another's by now. */
  #signal({ pid, startTime }: ProcessRecord, signal: number): void {
    if (this.#parts.host.startTime(pid) !== startTime) return;
    try {
      process.kill(signal === 9 ? -pid : pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #log(action: string, { id, name, labels }: Sandbox, attributes: Readonly<Record<string, string>> = {}): void {
    this.#parts.journal.log("container", action, id, { ...labels, ...attributes, image: "", name });
  }
}

const noProgram = (id: string): CnmError =>
  new CnmError("conflict", "no-program", `sandbox ${id.slice(0, 12)} has no program of the daemon's`);
