/**
 * What may wait a little is done in turns of the event loop of its own, one after the other: who asks for what we know is
 * answered in between, and not after all who want to know something else.
 */
export class LaterTurns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when the caller's turn has come: never in this one. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#admit);
    });
  }

  readonly #admit = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#admit);
  };
}
