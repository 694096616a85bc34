import type { JournalLine } from "./journal.ts";
import type { Directories } from "./open-controller.ts";
import type { Records } from "./records.ts";

/** What is killed again and again: a process that embeds the library, or the daemon. */
export interface Subject {
  /** How long one takes to start, in milliseconds: while something of it is worth being cut off. */
  readonly starting: { readonly from: number; readonly to: number };
  /** Where its records are, for a controller, and the rest of what it was told. */
  readonly directories: Directories;
  /** Networks that are always there. */
  readonly predefined: readonly string[];
  /** Inside sandboxes. */
  readonly answersNames: boolean;

  /** Has one work, and kills it at the moment. */
  work(order: WorkOrder, moment: Moment, stop: AbortSignal): Promise<Death>;
  /** Starts again where one was killed, and tells what there is. */
  look(): Promise<Sight>;
  /** Ends what runs, tidily. */
  close(): Promise<void>;
}

export interface WorkOrder {
  /** Decides the operations. */
  readonly seed: number;
  /** Begins the numbers of the operations: unique among all orders. */
  readonly name: string;
}

/** When to kill: as soon as so many steps have been told of, and then some. */
export interface Moment {
  readonly steps: number;
  readonly microseconds: number;
}

export interface Death {
  readonly lines: readonly JournalLine[];
  /** It ended by itself, which it never should; and what it wrote. */
  readonly suicide: string | undefined;
}

export interface Sight extends AsyncDisposable {
  readonly records: Records;
  /** What it finds wrong itself, by now. */
  readonly complaints: readonly string[];
  /** Keeps it from mending anything from now on. */
  hold(): void;
}
