import type { CallOptions } from "../contracts/platform.ts";
import type { Condition, Lease, Store, StoreChange, StoreEntry, StoreEvent } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Backend, Stored } from "./backend.ts";
import { Batch, type Outcome, type Write } from "./batch.ts";
import { EventLog } from "./event-log.ts";
import { Leases } from "./leases.ts";
import { checkKey, checkPrefix } from "./store-key.ts";
import { decodeValue, encodeValue } from "./store-value.ts";
import { Watch } from "./watch.ts";

/** What is kept for watchers that come with an older revision: they are few, and come soon, or list anew. */
const HISTORY = { events: 4096, characters: 256 << 10 };

/**
 * The store of one process, over data that is its own. Transactions queue, and all that wait are written together, while
 * the next ones gather.
 */
export class LocalStore implements Store {
  readonly #backend: Backend;
  readonly #log: EventLog;
  readonly #leases: Leases;
  readonly #queue: Job[] = [];
  #revision: number;
  #writing: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#revision = backend.revision;
    this.#log = new EventLog(backend.revision, HISTORY);
    this.#leases = new Leases((lease) => this.#deleteKeysOf(lease));
  }

  async get(key: string, options?: CallOptions): Promise<StoreEntry | undefined> {
    this.#enter(options);
    const stored = this.#backend.read(checkKey(key));
    return stored === undefined ? undefined : toEntry(key, stored);
  }

  async list(prefix: string, options?: CallOptions): Promise<readonly StoreEntry[]> {
    this.#enter(options);
    return this.#backend.list(checkPrefix(prefix)).map(([key, stored]) => toEntry(key, stored));
  }

  async transaction(
    changes: readonly StoreChange[],
    conditions: readonly Condition[] = [],
    options?: CallOptions,
  ): Promise<number> {
    this.#enter(options);
    const writes = changes.map(toWrite);
    const copied = conditions.map(({ key, revision }) => ({ key: checkKey(key), revision }));
    return await this.#enqueue((batch) => {
      options?.signal?.throwIfAborted();
      for (const { lease } of writes) if (lease !== undefined) this.#leases.check(lease);
      return batch.apply(writes, copied);
    });
  }

  watch(prefix: string, from?: number, options?: CallOptions): AsyncIterable<StoreEvent> {
    const revision = from ?? this.#log.newest.revision;
    const start = this.#log.find(revision);
    const closed = this.#closing !== undefined;
    const begin = () => {
      if (closed) throw storeClosed();
      if (start === undefined) throw compacted(revision);
      return new Watch(this.#log, { prefix: checkPrefix(prefix), revision, start, signal: options?.signal });
    };
    return { [Symbol.asyncIterator]: () => failingLate(begin) };
  }

  async lease(ttl: number, options?: CallOptions): Promise<Lease> {
    this.#enter(options);
    return this.#leases.grant(ttl, () => this.#enter());
  }

  /** Deletes what was put with leases of processes that are no more. */
  async forgetLeases(): Promise<void> {
    const writes = this.#backend.leased().map((key) => ({ key }));
    await this.#enqueue((batch) => batch.apply(writes, []));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async sync(options?: CallOptions): Promise<void> {
    this.#enter(options);
    await this.#backend.sync?.();
  }

  async #close(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    this.#leases.close();
    this.#log.close();
    await this.#backend.close();
  }

  #enter(options?: CallOptions): void {
    options?.signal?.throwIfAborted();
    if (this.#closing !== undefined) throw storeClosed();
  }

  async #deleteKeysOf(lease: string): Promise<void> {
    await this.#enqueue((batch) => {
      const keys = this.#leases.keysOf(lease).filter((key) => batch.read(key)?.lease === lease);
      return batch.apply(
        keys.map((key) => ({ key })),
        [],
      );
    });
  }

  #enqueue(apply: Job["apply"]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ apply, resolve, reject });
      // Not at once: what is called in the same turn belongs into the same write.
      this.#writing ??= Promise.resolve().then(() => this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) await this.#write(this.#queue.splice(0));
    this.#writing = undefined;
  }

  /** Nobody is told anything before all is written: a refusal too may stand on a transaction of the same batch. */
  async #write(jobs: readonly Job[]): Promise<void> {
    const batch = new Batch(this.#backend, this.#revision);
    const attempts = jobs.map((job) => attempt(job, batch));
    for (const { outcome } of attempts) for (const change of outcome?.changed ?? []) this.#leases.note(change);
    try {
      const writing = batch.writes.size === 0 ? undefined : this.#backend.write(batch.writes, batch.revision);
      if (writing !== undefined) await writing;
    } catch (error) {
      for (const { reject } of jobs) reject(error);
      return;
    }
    this.#revision = batch.revision;
    for (const { outcome } of attempts) if (outcome !== undefined) this.#record(outcome);
    for (const { job, outcome, error } of attempts) outcome ? job.resolve(outcome.revision) : job.reject(error);
  }

  #record({ revision, changed, events }: Outcome): void {
    if (events.length === 0) return;
    for (const change of changed) this.#leases.settle(change);
    this.#log.append(revision, events);
  }
}

/** What is wrong with an iteration is told by its first step, as callers expect it. */
function failingLate(begin: () => AsyncIterator<StoreEvent>): AsyncIterator<StoreEvent> {
  try {
    return begin();
  } catch (error) {
    return { next: () => Promise.reject(error) };
  }
}

interface Job {
  readonly apply: (batch: Batch) => Outcome;
  readonly resolve: (revision: number) => void;
  readonly reject: (reason: unknown) => void;
}

interface Attempt {
  readonly job: Job;
  readonly outcome?: Outcome;
  readonly error?: unknown;
}

function attempt(job: Job, batch: Batch): Attempt {
  try {
    return { job, outcome: job.apply(batch) };
  } catch (error) {
    return { job, error };
  }
}

function toWrite(change: StoreChange): Write {
  const key = checkKey(change.key);
  if (change.op === "delete") return { key };
  const text = encodeValue(key, change.value);
  return change.lease === undefined ? { key, text } : { key, text, lease: change.lease };
}

function toEntry(key: string, { text, revision }: Stored): StoreEntry {
  return { key, value: decodeValue(text), revision };
}

function storeClosed(): CnmError {
  return new CnmError("unavailable", "store-closed", "the store is closed: open it again");
}

function compacted(revision: number): CnmError {
  const message = `the changes after revision ${revision} are no longer known: list, and watch from there`;
  return new CnmError("unavailable", "history-compacted", message);
}
