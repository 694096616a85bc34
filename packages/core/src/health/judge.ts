import type { HealthCheck } from "../model/health-check.ts";
import type { Health } from "../model/task.ts";

/** What is known of a task's health between two tests. */
export interface Verdict {
  readonly health: Health;
  /** Failures in a row that count. */
  readonly failures: number;
}

/**
 * What a test makes of a task. One success makes it healthy, `retries` failures in a row make it unhealthy, and a task that is
 * only starting is given time.
 *
 * @param elapsed Seconds from the task's start to the beginning of the test.
 */
export function judge(check: HealthCheck, before: Verdict, passed: boolean, elapsed: number): Verdict {
  if (passed) return { health: "healthy", failures: 0 };
  if (before.health === "starting" && elapsed < grace(check)) return { health: "starting", failures: 0 };
  const failures = before.failures + 1;
  return { health: failures >= check.retries ? "unhealthy" : before.health, failures };
}

/** Milliseconds; doubled with each test. */
const FIRST_PAUSE = 250;

/**
 * Milliseconds until the next test. A task that has just come is looked at often, and less and less so: who is ready at once is
 * not left waiting for an interval.
 *
 * @param tests How many there have been.
 * @param elapsed Seconds since the task's start.
 */
export function nextTestIn(check: HealthCheck, { health }: Verdict, tests: number, elapsed: number): number {
  const interval = check.interval * 1_000;
  if (health !== "starting" || elapsed >= grace(check)) return interval;
  return Math.min(interval, check.startInterval * 1_000, FIRST_PAUSE * 2 ** Math.min(tests - 1, 20));
}

/** Seconds. Docker makes the first test after an interval: before that nobody can fail there either. */
const grace = ({ startPeriod, interval }: HealthCheck): number => Math.max(startPeriod, interval);
