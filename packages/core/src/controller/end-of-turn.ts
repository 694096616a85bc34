/**
 * What is to be done when this turn of the event loop is over, all of it in one go: to ask Node for each by itself costs more
 * than most of what is put off. Nothing of it may throw.
 */
export class EndOfTurn {
  #bodies: (() => void)[] = [];

  later(body: () => void): void {
    if (this.#bodies.push(body) === 1) setImmediate(this.#run);
  }

  readonly #run = (): void => {
    const bodies = this.#bodies;
    this.#bodies = [];
    for (const body of bodies) body();
  };
}
