import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** What is meant for the program, not for us. */
const PASSED_ON = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"] as const;
/** What a terminal sends to everyone in its foreground, and so to the program too. */
const TERMINALS_OWN: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGWINCH"]);
/** What ends a command that has not come to its program yet. */
const ENDING: ReadonlySet<string> = new Set(["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"]);

/** The signals that this process gets: kept until there is somebody to pass them on to. */
export class Signals implements Disposable {
  readonly #listeners = PASSED_ON.map((name) => [name, () => this.#take(name)] as const);
  #target: ((name: NodeJS.Signals) => void) | undefined;
  #ending: NodeJS.Signals | undefined;

  constructor() {
    for (const [name, listener] of this.#listeners) process.on(name, listener);
  }

  /** The one that asked for an end before there was a program. */
  get ending(): NodeJS.Signals | undefined {
    return this.#ending;
  }

  passOnTo(target: (name: NodeJS.Signals) => void): void {
    this.#target = target;
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) process.off(name, listener);
  }

  #take(name: NodeJS.Signals): void {
    if (this.#target === undefined) {
      if (ENDING.has(name)) this.#ending ??= name;
    } else if (!(TERMINALS_OWN.has(name) && inForeground())) {
      this.#target(name);
    }
  }
}

/** As a shell tells it of a program that a signal ended. */
export const statusOfSignal = (name: NodeJS.Signals): number => 128 + constants.signals[name];

/** Whether our process group is the one that a terminal sends its signals to. */
function inForeground(): boolean {
  const text = readFileSync("/proc/self/stat", "latin1");
  // The name stands in parentheses, and may hold anything. After it: state, parent, group, session, terminal, its group.
  const [, , group, , , foreground] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return group === foreground;
}
