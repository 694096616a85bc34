/** What the machine says of itself, a line of JSON each. */
export type GuestEvent =
  /** The host's files are there: programs can be run. */
  | { readonly event: "booted" }
  /** The tests are over. */
  | ({ readonly event: "ended"; readonly kernel: string } & Counts);

export interface Counts {
  /** Test files that were run. */
  readonly files: number;
  readonly passed: number;
  readonly failed: number;
}

/** Throws for anything else: a garbled result is none. */
export function parseGuestEvent(line: string): GuestEvent {
  const found: unknown = JSON.parse(line);
  if (isRecord(found)) {
    const { event, kernel, files, passed, failed } = found;
    if (event === "booted") return { event };
    if (event === "ended" && typeof kernel === "string" && isCount(files) && isCount(passed) && isCount(failed))
      return { event, kernel, files, passed, failed };
  }
  throw new Error(`the machine says something unknown: ${line}`);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isCount = (value: unknown): value is number => Number.isInteger(value);
