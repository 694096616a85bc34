import type { StoreEvent } from "../contracts/store.ts";
import type { EventLog, LogEntry, LoggedEvent } from "./event-log.ts";
import { decodeValue } from "./store-value.ts";

export interface WatchOptions {
  readonly prefix: string;
  /** Only what is after it. */
  readonly revision: number;
  /** Everything up to here has been seen. */
  readonly start: LogEntry;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One walk along the log. It listens, to the log and to the signal, only while somebody waits for its next event: a watch
 * that is dropped without a word leaves nothing behind.
 */
export class Watch implements AsyncIterableIterator<StoreEvent> {
  readonly #log: EventLog;
  readonly #options: WatchOptions;
  readonly #asking: ((result: IteratorResult<StoreEvent, undefined>) => void)[] = [];
  /** Absent: ended. */
  #entry: LogEntry | undefined;
  #seen: number;

  constructor(log: EventLog, options: WatchOptions) {
    this.#log = log;
    this.#options = options;
    this.#entry = options.start;
    this.#seen = options.start.events.length;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<StoreEvent, undefined>> {
    return new Promise((resolve) => {
      this.#asking.push(resolve);
      this.#answer();
    });
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  readonly #answer = (): void => {
    if (this.#options.signal?.aborted) this.#entry = undefined;
    while (this.#asking.length > 0) {
      const event = this.#take();
      if (event === undefined && this.#entry !== undefined) {
        if (!this.#log.closed) break;
        this.#entry = undefined;
      }
      this.#asking.shift()?.(event === undefined ? { done: true, value: undefined } : { value: event });
    }
    this.#listen(this.#asking.length > 0);
  };

  readonly #end = (): void => {
    this.#entry = undefined;
    this.#answer();
  };

  #listen(wanted: boolean): void {
    if (wanted) {
      this.#log.listeners.add(this.#answer);
      this.#options.signal?.addEventListener("abort", this.#end);
    } else {
      this.#log.listeners.delete(this.#answer);
      this.#options.signal?.removeEventListener("abort", this.#end);
    }
  }

  #take(): StoreEvent | undefined {
    for (; this.#entry !== undefined; this.#entry = this.#entry.next, this.#seen = 0) {
      const { revision, events, next } = this.#entry;
      while (this.#seen < events.length) {
        const event = events[this.#seen++];
        if (event !== undefined && this.#matches(event, revision)) return toStoreEvent(event, revision);
      }
      if (next === undefined) return undefined;
    }
    return undefined;
  }

  #matches({ key }: LoggedEvent, revision: number): boolean {
    return revision > this.#options.revision && key.startsWith(this.#options.prefix);
  }
}

function toStoreEvent({ type, key, text }: LoggedEvent, revision: number): StoreEvent {
  return { type, key, value: decodeValue(text), revision };
}
