import { CnmError } from "../errors/cnm-error.ts";
import { EndOfTurn } from "./end-of-turn.ts";
import { Turns } from "./turns.ts";

type Mode = "shared" | "exclusive";

export interface Lock {
  readonly key: string;
  readonly mode: Mode;
}

export const networkLock = (id: string, mode: Mode): Lock => ({ key: `network/${id}`, mode });
/** Of what is told of a service: held by whoever holds no lock of a sandbox. */
export const serviceLock = (id: string): Lock => ({ key: `service/${id}`, mode: "exclusive" });
export const sandboxLock = (id: string): Lock => ({ key: `sandbox/${id}`, mode: "exclusive" });
/** Names and pools of new networks are settled one network after the other. */
export const NEW_NETWORKS: Lock = { key: "new networks", mode: "exclusive" };
export const NEW_SERVICES: Lock = { key: "new services", mode: "exclusive" };
export const NEW_SANDBOXES: Lock = { key: "new sandboxes", mode: "exclusive" };

const EVERYTHING = "everything";

/** Operations on one object queue, in the order in which they came; all others run side by side. */
export class Locks {
  readonly #queues = new Map<string, Queue>();
  readonly #turns: Turns;
  #closed = false;

  constructor(end = new EndOfTurn()) {
    this.#turns = new Turns(end);
  }

  /** Runs with these locks, which callers name in the same order everywhere: networks before services before sandboxes. */
  async with<T>(locks: readonly Lock[], body: () => Promise<T>): Promise<T> {
    this.#refuseClosed();
    return await this.#run([{ key: EVERYTHING, mode: "shared" }, ...locks], () => this.#turns.next().then(body));
  }

  /** More locks for a body that runs {@link with} some already. */
  also<T>(locks: readonly Lock[], body: () => Promise<T>): Promise<T> {
    return this.#run(locks, body);
  }

  /** Runs while nothing else does. */
  async alone<T>(body: () => Promise<T>): Promise<T> {
    this.#refuseClosed();
    return await this.#run([{ key: EVERYTHING, mode: "exclusive" }], body);
  }

  /** Lets nobody in from now on, and waits for those who are. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#run([{ key: EVERYTHING, mode: "exclusive" }], async () => {});
  }

  #refuseClosed(): void {
    if (this.#closed) throw new CnmError("unavailable", "closed", "the controller is closed");
  }

  async #run<T>(locks: readonly Lock[], body: () => Promise<T>): Promise<T> {
    const held: Queue[] = [];
    try {
      for (const { key, mode } of locks) {
        const queue = this.#queue(key);
        const waiting = queue.enter(mode);
        if (waiting !== undefined) await waiting;
        held.push(queue);
      }
      return await body();
    } finally {
      for (const queue of held.reverse()) {
        queue.leave();
        if (queue.idle) this.#queues.delete(queue.key);
      }
    }
  }

  #queue(key: string): Queue {
    const known = this.#queues.get(key);
    if (known !== undefined) return known;
    const queue = new Queue(key);
    this.#queues.set(key, queue);
    return queue;
  }
}

class Queue {
  readonly key: string;
  #mode: Mode = "shared";
  #inside = 0;
  readonly #waiting: { readonly mode: Mode; readonly admit: () => void }[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get idle(): boolean {
    return this.#inside === 0 && this.#waiting.length === 0;
  }

  /** Undefined: let in at once. */
  enter(mode: Mode): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#admits(mode)) {
      this.#admit(mode);
      return undefined;
    }
    return new Promise((admit) => this.#waiting.push({ mode, admit }));
  }

  leave(): void {
    this.#inside--;
    for (let next = this.#waiting[0]; next !== undefined && this.#admits(next.mode); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#admit(next.mode);
      next.admit();
    }
  }

  #admits(mode: Mode): boolean {
    return this.#inside === 0 || (mode === "shared" && this.#mode === "shared");
  }

  #admit(mode: Mode): void {
    this.#mode = mode;
    this.#inside++;
  }
}
