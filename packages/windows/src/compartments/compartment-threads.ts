import type { CompartmentThread } from "./compartment-thread-handle.ts";

interface Entry {
  readonly thread: Promise<CompartmentThread>;
  users: number;
}

/** One thread for each compartment that is in use, from its first user to its last. */
export class CompartmentThreads {
  readonly #start: (compartment: number) => Promise<CompartmentThread>;
  readonly #entries = new Map<number, Entry>();
  readonly #ending = new Set<Promise<void>>();

  constructor(start: (compartment: number) => Promise<CompartmentThread>) {
    this.#start = start;
  }

  /** The thread, and what says that it is not needed here any more. */
  async take(compartment: number): Promise<{ readonly thread: CompartmentThread; readonly give: () => Promise<void> }> {
    const entry = this.#entries.get(compartment) ?? { thread: this.#start(compartment), users: 0 };
    this.#entries.set(compartment, entry);
    entry.users++;
    let given = false;
    const give = async (): Promise<void> => {
      if (given) return;
      given = true;
      if (--entry.users === 0) await this.#end(compartment, entry);
    };
    try {
      return { thread: await entry.thread, give };
    } catch (error) {
      given = true;
      entry.users--;
      if (this.#entries.get(compartment) === entry) this.#entries.delete(compartment);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const [compartment, entry] of [...this.#entries]) void this.#end(compartment, entry);
    await Promise.all(this.#ending);
  }

  #end(compartment: number, entry: Entry): Promise<void> {
    if (this.#entries.get(compartment) === entry) this.#entries.delete(compartment);
    const ending = entry.thread
      .then((thread) => thread.end())
      // It never began.
      .catch(() => undefined)
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    return ending;
  }
}
