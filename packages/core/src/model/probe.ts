/** How a task's health is found out. Probes start inside its sandbox, and so need no way in. Times in milliseconds. */
export type Probe = ProbeTimes & ProbeAction;

export interface ProbeTimes {
  /** From the end of one probe to the start of the next. */
  readonly interval: number;
  /** A probe that takes longer has failed. */
  readonly timeout: number;
  /** So many failures in a row make a task unhealthy; one success makes it healthy. */
  readonly retries: number;
  /** Failures within this time after the start do not count, as long as no probe has succeeded. */
  readonly startPeriod: number;
}

export type ProbeAction =
  /** It accepts connections. */
  | { readonly type: "tcp"; readonly port: number }
  /** It answers GET with a status from 200 to 399. */
  | { readonly type: "http"; readonly port: number; readonly path: string }
  /** The program exits with 0. */
  | { readonly type: "exec"; readonly command: readonly string[] };
