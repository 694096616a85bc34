import type { Clock } from "../discovery/forward/clock.ts";

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  readonly now = (): number => this.#now;

  after(ms: number, call: () => void): Disposable {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Lets so much time pass, timer by timer, and everything happen that follows from each. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = next.at;
      this.#timers.delete(next);
      next.call();
      await settled();
    }
    this.#now = end;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  #next(end: number): { readonly at: number; readonly call: () => void } | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** All promises that are settled by now, and what follows from them, have been seen. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
