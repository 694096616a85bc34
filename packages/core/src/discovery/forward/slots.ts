import type { Clock } from "./clock.ts";

/** So many at once; a few more wait in line, for a while. */
export class Slots {
  readonly #most: number;
  readonly #longestLine: number;
  readonly #clock: Clock;
  readonly #line = new Set<(got: boolean) => void>();
  #taken = 0;

  constructor(most: number, longestLine: number, clock: Clock) {
    this.#most = most;
    this.#longestLine = longestLine;
    this.#clock = clock;
  }

  /** True: a slot is taken, and has to be given back. False: there was none for so long, or too many wait already. */
  take(patienceMs: number): Promise<boolean> {
    if (this.#taken < this.#most) {
      this.#taken++;
      return Promise.resolve(true);
    }
    if (this.#line.size >= this.#longestLine) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (got: boolean) => {
        timer[Symbol.dispose]();
        this.#line.delete(settle);
        resolve(got);
      };
      const timer = this.#clock.after(patienceMs, () => settle(false));
      this.#line.add(settle);
    });
  }

  /** The slot passes on to whoever waits longest. */
  give(): void {
    const [next] = this.#line;
    if (next === undefined) this.#taken--;
    else next(true);
  }
}
