import type { EngineEvent } from "./engine-event.ts";
import type { EventJournal } from "./event-journal.ts";

/** A reader that falls this far behind is let go, lest it fill the memory. */
const LONGEST_QUEUE = 4096;

export interface EventWindow {
  /** Nanoseconds since 1970. Absent: nothing from before. */
  readonly since?: bigint;
  /** Absent: no end. */
  readonly until?: bigint;
  readonly wanted: (event: EngineEvent) => boolean;
}

/** Events of a time, from the journal and as they come, until the time or the signal ends. */
export async function* followEvents(
  journal: EventJournal,
  { since, until, wanted }: EventWindow,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const queue: EngineEvent[] = [];
  let wake = (): void => undefined;
  const fits = (event: EngineEvent) => (until === undefined || event.timeNano <= until) && wanted(event);
  // Listening begins in the same turn in which the past is read: nothing is lost or told twice.
  const past = since === undefined ? [] : journal.kept().filter((event) => event.timeNano >= since && fits(event));
  queue.push(...past);
  using _ = journal.on((event) => {
    if (fits(event)) queue.push(event);
    wake();
  });
  let ended = signal.aborted;
  const end = (): void => {
    ended = true;
    wake();
  };
  const left = until === undefined ? undefined : Number((until - BigInt(Date.now()) * 1_000_000n) / 1_000_000n);
  const timer = left === undefined ? undefined : setTimeout(end, Math.min(Math.max(left, 0), 2 ** 31 - 1));
  signal.addEventListener("abort", end, { once: true });
  try {
    while (!signal.aborted && queue.length <= LONGEST_QUEUE) {
      const event = queue.shift();
      if (event !== undefined) yield event;
      else if (ended) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}
