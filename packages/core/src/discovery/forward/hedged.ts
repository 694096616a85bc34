import type { Clock } from "./clock.ts";

export interface HedgeOptions {
  readonly clock: Clock;
  /** How long one is waited for before the next is asked beside it; twice as long in each round. */
  readonly delayMs: number;
  /** How often each is asked that says nothing. */
  readonly rounds: number;
  readonly deadlineMs: number;
  /** Numbers in [0, 1): how long one is waited for differs by so much, so that not all come at the same moment. */
  readonly random: () => number;
}

export interface Hedged<T> {
  readonly answer: Promise<T | undefined>;
  /** Ends everything, with undefined. */
  cancel(): void;
}

/**
 * The first good answer of any, asked one after the other in the order given. Whoever fails (undefined or an error) is
 * not asked again, and the next one at once; whoever is silent is asked again after all others, in case that a packet was
 * lost. Undefined: all failed, or time is over. All that is still under way then is aborted.
 */
export function hedged<S, T>(
  all: readonly S[],
  ask: (one: S, signal: AbortSignal) => Promise<T | undefined>,
  options: HedgeOptions,
): Hedged<T> {
  const race = new Race(all, ask, options);
  race.start();
  return race;
}

class Race<S, T> implements Hedged<T> {
  readonly answer: Promise<T | undefined>;
  readonly #all: readonly S[];
  readonly #ask: (one: S, signal: AbortSignal) => Promise<T | undefined>;
  readonly #options: HedgeOptions;
  #resolve: (answer: T | undefined) => void = () => undefined;
  readonly #failed = new Set<S>();
  readonly #losers = new AbortController();
  /** How many times somebody's turn has come. */
  #turn = 0;
  #over = false;
  #deadline: Disposable | undefined;
  #next: Disposable | undefined;

  constructor(all: readonly S[], ask: (one: S, signal: AbortSignal) => Promise<T | undefined>, options: HedgeOptions) {
    this.#all = all;
    this.#ask = ask;
    this.#options = options;
    this.answer = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  start(): void {
    const { clock, deadlineMs } = this.#options;
    if (this.#all.length === 0 || deadlineMs <= 0) {
      this.#end(undefined);
      return;
    }
    this.#deadline = clock.after(deadlineMs, () => this.#end(undefined));
    this.#askNext();
  }

  cancel(): void {
    this.#end(undefined);
  }

  #askNext(): void {
    const { clock, delayMs, rounds, random } = this.#options;
    this.#next?.[Symbol.dispose]();
    const one = this.#take();
    if (one === undefined) return;
    const round = Math.floor((this.#turn - 1) / this.#all.length);
    if (this.#turn < this.#all.length * rounds) {
      this.#next = clock.after(spread(delayMs * 2 ** round, random()), () => this.#askNext());
    }
    this.#ask(one, this.#losers.signal).then(
      (answer) => (answer === undefined ? this.#fail(one) : this.#end(answer)),
      // Which of several servers failed, and how, is of no use to who asked: the answer is that there is none.
      () => this.#fail(one),
    );
  }

  /** Whose turn it is, of those that have not failed. */
  #take(): S | undefined {
    while (this.#turn < this.#all.length * this.#options.rounds) {
      const one = this.#all[this.#turn++ % this.#all.length];
      if (one !== undefined && !this.#failed.has(one)) return one;
    }
    return undefined;
  }

  #fail(one: S): void {
    if (this.#over) return;
    this.#failed.add(one);
    if (this.#all.every((each) => this.#failed.has(each))) this.#end(undefined);
    else if (this.#turn < this.#all.length) this.#askNext();
  }

  #end(answer: T | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.[Symbol.dispose]();
    this.#next?.[Symbol.dispose]();
    this.#losers.abort(OVER);
    this.#resolve(answer);
  }
}

/** A reason of their own for each would take a trace of the stack, which nobody reads. */
const OVER = new Error("somebody else has answered, or time is over");

/** An eighth more or less. */
const spread = (ms: number, random: number): number => ms * (0.875 + random / 4);
