/**
 * What a task has to pass. `tcp`: a connection comes about. `http`: a GET is answered with a status from 200 to 399. Both go out
 * from inside the task's sandbox, to all its addresses at once, and one of these has to answer; or to `address` alone, where
 * "localhost" stands for 127.0.0.1 and ::1. `exec`: a program inside ends with status 0.
 */
export type HealthTest =
  | { readonly type: "tcp"; readonly port: number; readonly address?: string }
  | { readonly type: "http"; readonly port: number; readonly path: string; readonly address?: string }
  | { readonly type: "exec"; readonly command: readonly string[] };

/** How a task's health is found out. Times in seconds. */
export interface HealthCheck {
  readonly test: HealthTest;
  /** From the end of one test to the beginning of the next. */
  readonly interval: number;
  /** A test that takes longer has failed. */
  readonly timeout: number;
  /** So many failures in a row make a task unhealthy. */
  readonly retries: number;
  /** For so long after its start, failures of a task that has not been healthy yet do not count. */
  readonly startPeriod: number;
  /** While failures do not count, tests are at most so far apart. */
  readonly startInterval: number;
}

/** A task's own say in it: what it has instead of its service's. "none": nobody looks. */
export type HealthCheckChange = Partial<HealthCheck> | "none";

/** Docker's. */
export const HEALTH_DEFAULTS: Omit<HealthCheck, "test"> = {
  interval: 30,
  timeout: 30,
  retries: 3,
  startPeriod: 0,
  startInterval: 5,
};
