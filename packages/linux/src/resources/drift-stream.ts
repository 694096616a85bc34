import type { CallOptions, Drift } from "@cnm/core";
import type { ResourceHandler } from "./handler.ts";

/** More than this unread: the reader is going to compare everything anyway. */
const BACKLOG = 1_000;

/**
 * What all handlers report, from the moment of the call. The same words twice, before they are read, are said once.
 * The handlers' watches end when the signal aborts or the reader leaves.
 */
export function driftStream(handlers: readonly ResourceHandler[], { signal }: CallOptions): AsyncIterable<Drift> {
  const unread = new Map<string, Drift>();
  let wake: (() => void) | undefined;
  let ended = signal?.aborted === true;

  const watches = ended
    ? []
    : handlers.flatMap((handler) => {
        const watch = handler.watch?.((drift) => {
          if (unread.size < BACKLOG) unread.set(`${drift.kind} ${drift.detail}`, drift);
          wake?.();
        });
        return watch === undefined ? [] : [watch];
      });
  const end = (): void => {
    ended = true;
    signal?.removeEventListener("abort", end);
    for (const watch of watches.splice(0)) watch[Symbol.dispose]();
    wake?.();
  };
  signal?.addEventListener("abort", end, { once: true });

  const next = async (): Promise<IteratorResult<Drift>> => {
    for (;;) {
      const [first] = unread;
      if (first !== undefined) {
        unread.delete(first[0]);
        return { done: false, value: first[1] };
      }
      if (ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  };

  return {
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        end();
        return { done: true, value: undefined };
      },
    }),
  };
}
