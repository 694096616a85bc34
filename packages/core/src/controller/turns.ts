import { EndOfTurn } from "./end-of-turn.ts";

/**
 * Many operations that are begun at once would all run on in one turn of the event loop, until each has to wait for the
 * host: nothing else in the process would get on meanwhile. Here one begins in each turn, in the order in which they came;
 * one that is alone does not wait.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #end: EndOfTurn;
  #taken = false;

  constructor(end = new EndOfTurn()) {
    this.#end = end;
  }

  /** Resolves when it is the caller's turn. */
  async next(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#take();
  }

  #take(): void {
    this.#taken = true;
    this.#end.later(() => {
      this.#taken = false;
      const admit = this.#waiting.shift();
      if (admit === undefined) return;
      this.#take();
      admit();
    });
  }
}
