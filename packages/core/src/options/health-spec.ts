/**
 * How a task's health is found out: by one of `tcp`, `http` and `exec`, again and again. Times in seconds, which may have fractions.
 *
 * @example
 * const spec: HealthSpec = { http: "http://:8080/health", interval: 5, retries: 2 };
 */
export interface HealthSpec {
  /** A port that takes connections: 80, "127.0.0.1:80", "[::1]:80", "localhost:80". Without an address: one of the task's own. */
  readonly tcp?: number | string;
  /** What answers a GET with a status from 200 to 399: "http://:8080/health". Without a host: one of the task's own addresses. */
  readonly http?: string;
  /** A program, with its arguments, that ends with status 0 inside the sandbox. No shell. */
  readonly exec?: readonly string[];
  /** Default: 30. */
  readonly interval?: number;
  /** Default: 30. */
  readonly timeout?: number;
  /** So many failures in a row make a task unhealthy. Default: 3. */
  readonly retries?: number;
  /** For so long failures of a task that has not been healthy yet do not count; at least for one interval. Default: 0. */
  readonly startPeriod?: number;
  /** While failures do not count, tests are at most so far apart. Default: 5. */
  readonly startInterval?: number;
}
