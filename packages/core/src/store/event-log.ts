/** A change of one key, its value as text, since each watcher gets a copy of its own. */
export interface LoggedEvent {
  readonly type: "put" | "delete";
  readonly key: string;
  readonly text: string;
}

/** One transaction. Whoever holds one can go on from there, also when the log itself has forgotten it. */
export interface LogEntry {
  readonly revision: number;
  readonly events: readonly LoggedEvent[];
  readonly next?: LogEntry;
}

export interface EventLogLimit {
  readonly events: number;
  /** In all keys and texts. */
  readonly characters: number;
}

/** The last transactions in their order, for watchers that come later than the change. */
export class EventLog {
  /** Called after each transaction and at the end. */
  readonly listeners = new Set<() => void>();
  readonly #limit: EventLogLimit;
  #events = 0;
  #characters = 0;
  #oldest: Linked;
  #newest: Linked;
  #closed = false;

  constructor(revision: number, limit: EventLogLimit) {
    this.#limit = limit;
    this.#oldest = this.#newest = { revision, events: [] };
  }

  get newest(): LogEntry {
    return this.#newest;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The last transaction that is not after the revision; undefined: those that followed it may be forgotten. */
  find(revision: number): LogEntry | undefined {
    if (revision < this.#oldest.revision) return undefined;
    let entry = this.#oldest;
    while (entry.next !== undefined && entry.next.revision <= revision) entry = entry.next;
    return entry;
  }

  append(revision: number, events: readonly LoggedEvent[]): void {
    const entry: Linked = { revision, events };
    this.#newest.next = entry;
    this.#newest = entry;
    this.#events += events.length;
    this.#characters += charactersIn(events);
    while (this.#isOverLimit() && this.#oldest.next !== undefined) {
      this.#oldest = this.#oldest.next;
      this.#events -= this.#oldest.events.length;
      this.#characters -= charactersIn(this.#oldest.events);
    }
    this.#tell();
  }

  close(): void {
    this.#closed = true;
    this.#tell();
  }

  #isOverLimit(): boolean {
    return this.#events > this.#limit.events || this.#characters > this.#limit.characters;
  }

  #tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}

const charactersIn = (events: readonly LoggedEvent[]): number =>
  events.reduce((sum, { key, text }) => sum + key.length + text.length, 0);

interface Linked extends LogEntry {
  next?: Linked;
}
