import { styleText } from "node:util";
import { line } from "./words.ts";

/** Counts what went as promised. */
export class Score {
  #passed = 0;
  #failed = 0;

  get failed(): number {
    return this.#failed;
  }

  check(what: string, holds: boolean): void {
    if (holds) this.#passed++;
    else this.#failed++;
    line(`${holds ? styleText("green", "✔") : styleText("red", "✘")} ${what}`);
  }

  summary(): string {
    return `${this.#passed} of ${this.#passed + this.#failed} checks hold.`;
  }
}
