import type { EngineEvent } from "./engine-event.ts";

/** As many as Docker keeps. */
const KEPT = 256;

type Listener = (event: EngineEvent) => void;

/** What happened last, and who wants to hear of what happens next. */
export class EventJournal {
  readonly #kept: EngineEvent[] = [];
  readonly #listeners = new Set<Listener>();
  #last = 0n;

  /** Times only grow, so that they name an event. */
  log(Type: EngineEvent["Type"], Action: string, ID: string, Attributes: Readonly<Record<string, string>>): void {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    const time = Number(this.#last / 1_000_000_000n);
    const event: EngineEvent = { Type, Action, Actor: { ID, Attributes }, scope: "local", time, timeNano: this.#last };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(event);
  }

  kept(): readonly EngineEvent[] {
    return [...this.#kept];
  }

  on(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
