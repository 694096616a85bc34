import type { Clock } from "../discovery/forward/clock.ts";
import type { HealthCheck, HealthTest } from "../model/health-check.ts";
import type { Health } from "../model/task.ts";
import { judge, nextTestIn } from "./judge.ts";

/** What is known of a task's health beyond what its record says. */
export interface HealthReport {
  /** Failures in a row that count. */
  readonly failures: number;
  /** When its health has become what it is, ISO 8601; absent: before this process looked. */
  readonly since?: string;
  /** The last tests, the newest last. */
  readonly tests: readonly TestReport[];
}

export interface TestReport {
  /** ISO 8601 */
  readonly start: string;
  readonly end: string;
  readonly passed: boolean;
  readonly output: string;
}

export interface ProberParts {
  readonly clock: Clock;
  /** Makes a test once; rejects with what is to be told of a failure. */
  run(id: string, test: HealthTest, signal: AbortSignal): Promise<string>;
  /** What the task's record says now; undefined: it has gone. */
  healthOf(id: string): Health | undefined;
  /** After each test. Resolves when everybody knows. */
  tell(id: string, health: Health, output: string): Promise<void>;
  /** What `tell` rejects with. */
  onError(id: string, error: unknown): void;
}

/** As many as Docker keeps, and as much of each. */
const KEPT_TESTS = 5;
const LONGEST_OUTPUT = 4096;

/** Tests tasks, each in its own rhythm, until it is told to stop. */
export class Prober {
  readonly #parts: ProberParts;
  readonly #watches = new Map<string, Watch>();
  /** Also of those that are stopping. */
  readonly #loops = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: ProberParts) {
    this.#parts = parts;
  }

  /**
   * Tests the task from now on; with another check than before, anew.
   * @param age Seconds since the task's start.
   */
  watch(id: string, check: HealthCheck, age: number): void {
    const key = JSON.stringify(check);
    const before = this.#watches.get(id);
    if (this.#closed || before?.key === key) return;
    before?.stopping.abort();
    const since = this.#parts.clock.now() - Math.max(age, 0) * 1_000;
    const watch: Watch = { key, check, since, stopping: new AbortController(), failures: 0, count: 0, tests: [] };
    this.#watches.set(id, watch);
    const loop = this.#loop(id, watch).finally(() => {
      this.#loops.delete(loop);
      if (this.#watches.get(id) === watch) this.#watches.delete(id);
    });
    this.#loops.add(loop);
  }

  /** A test that is under way counts no more. */
  unwatch(id: string): void {
    this.#watches.get(id)?.stopping.abort();
    this.#watches.delete(id);
  }

  watched(): readonly string[] {
    return [...this.#watches.keys()];
  }

  report(id: string): HealthReport | undefined {
    const watch = this.#watches.get(id);
    if (watch === undefined) return undefined;
    const { failures, changed, tests } = watch;
    return { failures, ...(changed === undefined ? {} : { since: changed }), tests: [...tests] };
  }

  /** Resolves when the last test has been given up. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const id of this.watched()) this.unwatch(id);
    await Promise.all(this.#loops);
  }

  async #loop(id: string, watch: Watch): Promise<void> {
    const { clock, onError } = this.#parts;
    const { check, stopping } = watch;
    while (!stopping.signal.aborted) {
      let health: Health | undefined;
      try {
        health = await this.#probe(id, watch);
      } catch (error) {
        onError(id, error);
        health = this.#parts.healthOf(id);
      }
      if (health === undefined) return;
      const elapsed = (clock.now() - watch.since) / 1_000;
      await pause(
        clock,
        nextTestIn(check, { health, failures: watch.failures }, watch.count, elapsed),
        stopping.signal,
      );
    }
  }

  /** What the task is after it; undefined when there is nothing more to be done. */
  async #probe(id: string, watch: Watch): Promise<Health | undefined> {
    const { clock, healthOf, tell } = this.#parts;
    const { check, stopping } = watch;
    const start = new Date().toISOString();
    const elapsed = (clock.now() - watch.since) / 1_000;
    const { passed, output } = await this.#outcome(id, watch);
    const before = healthOf(id);
    if (stopping.signal.aborted || before === undefined) return undefined;
    const { health, failures } = judge(check, { health: before, failures: watch.failures }, passed, elapsed);
    const end = new Date().toISOString();
    watch.failures = failures;
    watch.count++;
    watch.tests.push({ start, end, passed, output });
    if (watch.tests.length > KEPT_TESTS) watch.tests.shift();
    if (health !== before) watch.changed = end;
    await tell(id, health, output);
    return health;
  }

  async #outcome(
    id: string,
    { check, stopping }: Watch,
  ): Promise<{ readonly passed: boolean; readonly output: string }> {
    const ending = new AbortController();
    let late = false;
    using _ = this.#parts.clock.after(check.timeout * 1_000, () => {
      late = true;
      ending.abort();
    });
    const stop = (): void => ending.abort();
    stopping.signal.addEventListener("abort", stop, { once: true });
    try {
      const output = await this.#parts.run(id, check.test, ending.signal);
      return { passed: true, output: output.slice(0, LONGEST_OUTPUT) };
    } catch (error) {
      if (late) return { passed: false, output: `no result within ${check.timeout} s` };
      const output = error instanceof Error ? error.message : String(error);
      return { passed: false, output: output.slice(0, LONGEST_OUTPUT) };
    } finally {
      stopping.signal.removeEventListener("abort", stop);
    }
  }
}

interface Watch {
  /** The check, for comparisons. */
  readonly key: string;
  readonly check: HealthCheck;
  /** When the task was started, by the clock. */
  readonly since: number;
  readonly stopping: AbortController;
  failures: number;
  count: number;
  changed?: string;
  readonly tests: TestReport[];
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
