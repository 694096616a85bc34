import { closeSync, openSync, readSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const TICK = 1;
const NANOSECONDS = 1e6;

export interface Stalls {
  /** Milliseconds by which the loop came late to a timer, 99 of 100 times at most. */
  readonly p99: number;
  readonly longest: number;
  /** The longest one, without the time in which the thread was ready to run and the processors were busy with others. */
  readonly longestOwn: number;
}

/** How late the event loop comes to its timers. */
export class StallWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: TICK });
  readonly #schedule = openSync(`/proc/self/task/${process.pid}/schedstat`, "r");
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #waited = this.#waiting();
  #longestOwn = 0;

  constructor() {
    this.#delays.enable();
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  end(): Stalls {
    clearInterval(this.#timer);
    this.#delays.disable();
    closeSync(this.#schedule);
    return {
      p99: this.#delays.percentile(99) / NANOSECONDS,
      longest: this.#delays.max / NANOSECONDS,
      longestOwn: this.#longestOwn,
    };
  }

  #tick(): void {
    const [now, waited] = [performance.now(), this.#waiting()];
    const own = now - this.#last - TICK - (waited - this.#waited);
    this.#longestOwn = Math.max(this.#longestOwn, own);
    [this.#last, this.#waited] = [now, waited];
  }

  /** Milliseconds that this thread has spent in the run queue: the second number of schedstat. */
  #waiting(): number {
    const bytes = Buffer.alloc(100);
    const text = bytes.toString("latin1", 0, readSync(this.#schedule, bytes, 0, bytes.length, 0));
    return Number(text.split(" ")[1]) / NANOSECONDS;
  }
}
