import type { Logger } from "../contracts/logger.ts";
import type { Store, StoreChange } from "../contracts/store.ts";
import type { EndOfTurn } from "./end-of-turn.ts";
import { reasonOf } from "./operation-error.ts";

/**
 * Writes records in the order of the calls. Writes that nobody waits for, such as the ready mark of a join, are owed: they go
 * with the next write, or in the next turn of the event loop. So do those that fail, with the next write.
 */
export class StoreWriter {
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #background = new Set<Promise<void>>();
  /** What is still to be written, or what the store failed to take, by key. */
  readonly #owed = new Map<string, StoreChange>();
  /** The last write of each key that is under way, by number. */
  readonly #underWay = new Map<string, number>();
  #writes = 0;
  readonly #end: EndOfTurn;
  #scheduled = false;

  constructor(store: Store, logger: Logger, end: EndOfTurn) {
    this.#store = store;
    this.#logger = logger;
    this.#end = end;
  }

  /** Resolves when the changes, and whatever is owed, outlive this process. */
  async write(changes: readonly StoreChange[]): Promise<void> {
    const owed = this.#takeOwed(changes);
    await this.#transact([...owed, ...changes], owed);
  }

  /** Writes without being waited for. Later writes come after it, or take it along. */
  writeLater(changes: readonly StoreChange[]): void {
    for (const change of changes) this.#owed.set(change.key, change);
    if (this.#scheduled || changes.length === 0) return;
    this.#scheduled = true;
    this.#end.later(() => {
      this.#scheduled = false;
      this.#writeOwed();
    });
  }

  /** Waits for everything that is written in the background. Throws if the store still refuses some of it. */
  async flush(): Promise<void> {
    await Promise.all(this.#background);
    await this.write([]);
  }

  #writeOwed(): void {
    const owed = this.#takeOwed([]);
    const done = this.#transact(owed, owed)
      .catch((error: unknown) => {
        const keys = owed.map(({ key }) => key);
        this.#logger.error({ keys }, `records are not written, and will be tried again: ${reasonOf(error)}`);
      })
      .finally(() => this.#background.delete(done));
    this.#background.add(done);
  }

  async #transact(changes: readonly StoreChange[], owedOnFailure: readonly StoreChange[]): Promise<void> {
    if (changes.length === 0) return;
    const number = ++this.#writes;
    for (const { key } of changes) this.#underWay.set(key, number);
    try {
      await this.#store.transaction(changes);
    } catch (error) {
      for (const change of owedOnFailure) {
        // A key that has been written again since then needs this value no more.
        if (this.#underWay.get(change.key) !== number || this.#owed.has(change.key)) continue;
        this.#owed.set(change.key, change);
      }
      throw error;
    } finally {
      for (const { key } of changes) if (this.#underWay.get(key) === number) this.#underWay.delete(key);
    }
  }

  #takeOwed(changes: readonly StoreChange[]): readonly StoreChange[] {
    for (const { key } of changes) this.#owed.delete(key);
    const owed = [...this.#owed.values()];
    this.#owed.clear();
    return owed;
  }
}
