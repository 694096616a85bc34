/** What waits to be sent. Resolves to what `send` of a frame resolves to. */
export type Sending = () => Promise<number>;

export interface Pace {
  /** Milliseconds, from anywhere on. */
  now(): number;
  /** Calls back in so many milliseconds, and keeps no process alive. */
  later(milliseconds: number, body: () => void): void;
}

/** So many times as long as a frame took to be sent, none follows. */
const REST = 9;
/** Milliseconds. A late answer may be this process's own fault, and is no reason to be silent for long. */
const LONGEST_REST = 20;

/**
 * One frame at a time, and a rest after each. A frame to all neighbours keeps its sender until the kernel has passed it to each:
 * a millisecond for a thousand. So however many addresses come at once, telling of them takes a tenth of one processor,
 * and a network of a few never notices. What is urgent goes first, and without rest.
 */
export class PacedSender {
  readonly #pace: Pace;
  readonly #urgent: Job[] = [];
  readonly #others: Job[] = [];
  #busy = false;
  #waiting = false;
  #restedAt = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Resolves to 0 when the signal aborts before its turn comes. */
  send(sending: Sending, urgent: boolean, signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const job: Job = { sending, resolve, reject };
      signal.addEventListener("abort", () => this.#drop(job), { once: true });
      (urgent ? this.#urgent : this.#others).push(job);
      void this.#work();
    });
  }

  #drop(job: Job): void {
    for (const queue of [this.#urgent, this.#others]) {
      const at = queue.indexOf(job);
      if (at < 0) continue;
      queue.splice(at, 1);
      job.resolve(0);
    }
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      const start = this.#pace.now();
      await job.sending().then(job.resolve, job.reject);
      const end = this.#pace.now();
      this.#restedAt = end + Math.min(REST * (end - start), LONGEST_REST);
    }
    this.#busy = false;
    this.#wakeLater();
  }

  #next(): Job | undefined {
    return this.#urgent.shift() ?? (this.#pace.now() < this.#restedAt ? undefined : this.#others.shift());
  }

  #wakeLater(): void {
    if (this.#waiting || this.#others.length === 0) return;
    this.#waiting = true;
    this.#pace.later(Math.ceil(this.#restedAt - this.#pace.now()), () => {
      this.#waiting = false;
      void this.#work();
    });
  }
}

interface Job {
  readonly sending: Sending;
  resolve(sent: number): void;
  reject(error: unknown): void;
}
