/** Work that outlives the operation that started it: what HNS does after all, once nobody waits, is taken back. */
export class LateWork {
  readonly #running = new Set<Promise<void>>();

  start(work: () => Promise<void>): void {
    // What is left all the same bears our mark, and is found by the next comparison with the model.
    const running = work()
      .catch(() => undefined)
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
