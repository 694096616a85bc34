import { CnmError } from "../../errors/cnm-error.ts";
import type { Backend, Stored, Writes } from "../backend.ts";
import type { JournalFile, OpenedJournal } from "./journal-file.ts";
import type { JournalRecord } from "./journal-record.ts";
import { Overlay } from "./overlay.ts";

export interface JournaledOptions {
  /** In ms, from a write to its commit: long enough for the writes of an operation to be one. */
  readonly delay?: number;
  /** In bytes, of the journal: with more, the commit does not wait. */
  readonly enough?: number;
  /** In bytes, of the journal: with more, writes wait for a commit. */
  readonly most?: number;
  /** Called when all is closed, be it well or not. */
  readonly release?: () => Promise<void>;
}

/** So many commits may fail before writes are refused. */
const PATIENCE = 3;
/** The wait for the next attempt doubles so often. */
const DOUBLINGS = 9;

/**
 * Data that takes its time to be safe, behind a journal that does not. A write is done when the journal has it; the data gets
 * it a little later, together with others, and when it has all the journal is emptied. Killed at any point, the journal has
 * everything that the data may lack, and to replay what the data has already changes nothing.
 */
export class JournaledBackend implements Backend {
  readonly #data: Backend;
  readonly #journal: Pick<JournalFile, "size" | "append" | "reset" | "close" | "remove">;
  readonly #overlay: Overlay;
  readonly #delay: number;
  readonly #enough: number;
  readonly #most: number;
  readonly #release: () => Promise<void>;
  #revision: number;
  /** Up to here the data has it. */
  #committed: number;
  #committing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hurried = false;
  #failures = 0;
  #closed = false;

  /** Throws CnmError `internal` "store-damaged" when the journal does not go on from the data. */
  constructor(data: Backend, { journal, records }: OpenedJournal, options: JournaledOptions = {}) {
    const { delay = 50, enough = 1 << 20, most = 8 << 20, release = async () => {} } = options;
    this.#data = data;
    this.#journal = journal;
    this.#overlay = new Overlay(data);
    this.#delay = delay;
    this.#enough = enough;
    this.#most = most;
    this.#release = release;
    this.#revision = this.#committed = data.revision;
    for (const record of records) this.#replay(record);
    this.#commitLater();
  }

  get revision(): number {
    return this.#revision;
  }

  read(key: string): Stored | undefined {
    return this.#overlay.read(key);
  }

  list(prefix: string): ReturnType<Backend["list"]> {
    return this.#overlay.list(prefix);
  }

  leased(): readonly string[] {
    return this.#overlay.leased();
  }

  write(writes: Writes, revision: number): Promise<void> | undefined {
    const calm = this.#journal.size < this.#most && this.#failures < PATIENCE;
    return calm ? this.#append(writes, revision) : this.sync().then(() => this.#append(writes, revision));
  }

  async sync(): Promise<void> {
    const wanted = this.#revision;
    while (this.#committed < wanted) await this.#commit();
  }

  /** What the data does not take stays in the journal. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const failures = await failuresOf([() => this.sync(), () => this.#data.close(), () => this.#journal.close()]);
    if (failures.length === 0) failures.push(...(await failuresOf([() => this.#journal.remove()])));
    failures.push(...(await failuresOf([this.#release])));
    if (failures.length > 1) throw new AggregateError(failures, "the store is not closed well");
    if (failures.length === 1) throw failures[0];
  }

  #replay({ before, revision, writes }: JournalRecord): void {
    if (revision <= this.#revision) return;
    if (before !== this.#revision) throw gap(before, this.#revision);
    this.#overlay.add(writes);
    this.#revision = revision;
  }

  #append(writes: Writes, revision: number): undefined {
    this.#journal.append({ before: this.#revision, revision, writes });
    this.#overlay.add(writes);
    this.#revision = revision;
    this.#commitLater();
  }

  #commitLater(): void {
    if (this.#closed || this.#committing !== undefined || this.#committed === this.#revision) return;
    const now = this.#journal.size >= this.#enough && this.#failures === 0;
    if (this.#timer !== undefined && (this.#hurried || !now)) return;
    clearTimeout(this.#timer);
    this.#hurried = now;
    // Whoever has waited long enough to see a failure hears of it from the next write, or from closing.
    this.#timer = setTimeout(
      () => this.#commit().catch(() => {}),
      now ? 0 : this.#delay * 2 ** Math.min(this.#failures, DOUBLINGS),
    );
    this.#timer.unref();
  }

  #commit(): Promise<void> {
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = undefined;
      this.#commitLater();
    });
    return this.#committing;
  }

  async #commitAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const revision = this.#revision;
    try {
      await this.#data.write(this.#overlay.take(), revision);
    } catch (error) {
      this.#overlay.putBack();
      this.#failures++;
      throw error;
    }
    this.#overlay.settle();
    this.#failures = 0;
    this.#committed = revision;
    if (this.#revision === revision) this.#journal.reset();
  }
}

async function failuresOf(steps: readonly (() => Promise<void>)[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  return failures;
}

function gap(before: number, revision: number): CnmError {
  const message = `the journal goes on from revision ${before}, but the data beside it is of revision ${revision}`;
  const todo = "put back the data that belongs to it, or move the journal away to go on without its changes";
  return new CnmError("internal", "store-damaged", `${message}: ${todo}`);
}
