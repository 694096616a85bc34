/** Notices that a machine hangs: nothing was heard for too long, or it takes too long in all. */
export class Watchdog {
  /** Rejects, never resolves. */
  readonly expired: Promise<never>;
  readonly #limit: NodeJS.Timeout;
  readonly #quiet: NodeJS.Timeout;

  /** Both in seconds. */
  constructor(quiet: number, limit: number) {
    const { promise, reject } = rejection();
    this.expired = promise;
    this.#quiet = setTimeout(() => reject(new Error(`the machine hangs: not a word for ${quiet} s`)), quiet * 1_000);
    this.#limit = setTimeout(() => reject(new Error(`the machine is not done after ${limit} s`)), limit * 1_000);
  }

  heard(): void {
    this.#quiet.refresh();
  }

  close(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#limit);
  }
}

function rejection(): { readonly promise: Promise<never>; readonly reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Whoever waits for it hears of it; that nobody does any more is no fault.
  promise.catch(() => {});
  return { promise, reject };
}
