/** An event as the Engine API tells it. */
export interface EngineEvent {
  readonly Type: "network" | "container" | "service";
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly scope: "local";
  /** Seconds since 1970. */
  readonly time: number;
  /** Nanoseconds since 1970. More than a double can hold, so it goes over the wire as a text that looks like a number. */
  readonly timeNano: bigint;
}
