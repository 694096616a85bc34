/** So many batches, of all sockets together, a turn of the event loop. */
const BATCHES = 4;

/** Deals with one batch; true: there may be more. */
export type Serve = () => boolean;

/**
 * Whoever has packets is served in turns, a batch each, and the event loop goes round in between: a sandbox that floods its
 * server holds up neither the others nor this process.
 */
export class Rounds {
  readonly #waiting = new Set<Serve>();
  #scheduled = false;

  wake(serve: Serve): void {
    this.#waiting.add(serve);
    this.#schedule();
  }

  forget(serve: Serve): void {
    this.#waiting.delete(serve);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    let left = BATCHES;
    // Deleted and added again, it comes last.
    for (const serve of this.#waiting) {
      if (left-- === 0) break;
      this.#waiting.delete(serve);
      if (serve()) this.#waiting.add(serve);
    }
    if (this.#waiting.size > 0) this.#schedule();
  };
}
