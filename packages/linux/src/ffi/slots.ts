/** So many at a time; the others wait in their order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Calls back when there is a slot: now, if there is one free. */
  take(begin: () => void): void {
    if (this.#free > 0) {
      this.#free--;
      begin();
    } else this.#waiting.push(begin);
  }

  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
