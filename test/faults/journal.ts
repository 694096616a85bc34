import type { Aspects } from "./model.ts";
import type { Operation } from "./operation.ts";

/** What an operation is about, by the numbers of the operations that made it. Records carry these as their label. */
export interface Subject {
  /** What is made, or what is taken down. */
  readonly id: string;
  readonly sandbox?: string;
  readonly network?: string;
  readonly service?: string;
  /** What of it is set from the beginning, or is changed. */
  readonly values?: Aspects;
}

/** What the process that gets killed tells, each before or after the fact, a line at a time. */
export type JournalLine =
  | { readonly event: "start" | "ready" }
  | { readonly event: "begin"; readonly op: string; readonly what: Operation; readonly subject: Subject }
  | { readonly event: "done" | "idle"; readonly op: string }
  | { readonly event: "refused"; readonly op: string; readonly reason: string }
  /** An error that is no refusal. */
  | { readonly event: "broken"; readonly op: string; readonly reason: string };

export const JOURNAL_FD = 3;
export const LABEL = "faults.op";

/** Whole lines of what has come; a line that was cut off by the kill was not told. */
export class JournalReader {
  readonly lines: JournalLine[] = [];
  #rest = "";

  take(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.lines.push(JSON.parse(part) as JournalLine);
  }
}

/** Lines that tell of work; refusals come in bursts. */
export const countSteps = (lines: readonly JournalLine[]): number =>
  lines.filter(({ event }) => event !== "idle" && event !== "refused").length;

export function lineText(line: JournalLine): string {
  switch (line.event) {
    case "begin":
      return `${line.op} begin ${JSON.stringify(line.what)} ${JSON.stringify(line.subject)}`;
    case "refused":
    case "broken":
      return `${line.op} ${line.event}: ${line.reason}`;
    case "done":
    case "idle":
      return `${line.op} ${line.event}`;
    default:
      return line.event;
  }
}
