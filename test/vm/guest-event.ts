/** What the machine says of itself, a line of JSON each. */
export type GuestEvent =
  /** The host's files are there: programs can be run. */
  { readonly event: "booted" } | GuestResult;

/** The job is done. */
export interface GuestResult {
  readonly event: "ended";
  readonly kernel: string;
  /** Whatever the job resolved to; JSON. */
  readonly result: unknown;
}

/** Throws for anything else: a garbled result is none. */
export function parseGuestEvent(line: string): GuestEvent {
  const found: unknown = JSON.parse(line);
  if (typeof found === "object" && found !== null && "event" in found) {
    if (found.event === "booted") return { event: "booted" };
    if (found.event === "ended" && "kernel" in found && typeof found.kernel === "string" && "result" in found)
      return { event: "ended", kernel: found.kernel, result: found.result };
  }
  throw new Error(`the machine says something unknown: ${line}`);
}
