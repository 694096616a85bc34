/** What the machine says of itself, a line of JSON each. */
export type GuestEvent =
  /** The host's files are there: programs can be run. */
  | { readonly event: "booted" }
  /** The tests are over. */
  | { readonly event: "ended"; readonly kernel: string; readonly passed: number; readonly failed: number };

/** Throws for anything else: a garbled result is none. */
export function parseGuestEvent(line: string): GuestEvent {
  const found: unknown = JSON.parse(line);
  if (typeof found === "object" && found !== null && "event" in found) {
    if (found.event === "booted") return { event: "booted" };
    if (found.event === "ended" && "kernel" in found && "passed" in found && "failed" in found) {
      const { kernel, passed, failed } = found;
      if (typeof kernel === "string" && typeof passed === "number" && typeof failed === "number")
        return { event: "ended", kernel, passed, failed };
    }
  }
  throw new Error(`the machine says something unknown: ${line}`);
}
