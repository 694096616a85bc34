import type { CallOptions } from "@cnm/core";

/** So many wait for a reader that is slow; then they are lost, and the reader is told so. */
const WAITING = 1024;

/** One source, many readers: each gets what is published from its `subscribe` on. */
export class Broadcast<T> {
  readonly #readers = new Set<Reader<T>>();
  readonly #lost: T;
  #closed = false;

  /** @param lost Stands for everything that a slow reader has missed. */
  constructor(lost: T) {
    this.#lost = lost;
  }

  publish(value: T): void {
    for (const reader of this.#readers) reader.push(value);
  }

  subscribe({ signal }: CallOptions = {}): AsyncIterable<T> {
    const reader = new Reader(this.#lost);
    const end = (): void => {
      this.#readers.delete(reader);
      signal?.removeEventListener("abort", end);
      reader.end();
    };
    if (this.#closed || signal?.aborted === true) reader.end();
    else {
      this.#readers.add(reader);
      signal?.addEventListener("abort", end, { once: true });
    }
    return reader.values(end);
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }
}

class Reader<T> {
  readonly #lost: T;
  #waiting: T[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(lost: T) {
    this.#lost = lost;
  }

  push(value: T): void {
    if (this.#waiting.length < WAITING) this.#waiting.push(value);
    else this.#waiting = [this.#lost];
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *values(leave: () => void): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const next = this.#waiting.shift();
        if (next !== undefined) yield next;
        else if (this.#ended) return;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      leave();
    }
  }
}
