/** So many batches, of all sockets together, a turn of the event loop. */
const BATCHES = 4;

export interface Serve {
  /** Deals with one batch; true: there may be more. */
  serveBatch(): boolean;
}

/**
 * Who has packets while nobody waits is served where it says so, since each step in between would be time that the asker waits.
 * Beyond that, all are served in turns, a batch each, and the event loop goes round in between: a sandbox that floods its
 * server holds up neither the others nor this process.
 */
export class Rounds {
  readonly #waiting = new Set<Serve>();
  /** Who has been served in this turn and may have more: behind all who come in it. */
  readonly #again = new Set<Serve>();
  /** Batches that may be served before the event loop has gone round. */
  #left = BATCHES;
  #scheduled = false;

  wake(serve: Serve): void {
    if (this.#again.has(serve)) return;
    if (this.#waiting.size > 0 || this.#left === 0) this.#waiting.add(serve);
    else this.#serve(serve, this.#again);
    this.#schedule();
  }

  forget(serve: Serve): void {
    this.#waiting.delete(serve);
    this.#again.delete(serve);
  }

  #serve(serve: Serve, rest: Set<Serve>): void {
    this.#left--;
    if (serve.serveBatch()) rest.add(serve);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    this.#left = BATCHES;
    for (const serve of this.#again) this.#waiting.add(serve);
    this.#again.clear();
    // Deleted and added again, it comes last.
    for (const serve of this.#waiting) {
      if (this.#left === 0) break;
      this.#waiting.delete(serve);
      this.#serve(serve, this.#waiting);
    }
    if (this.#left < BATCHES) this.#schedule();
  };
}
