import { monitorEventLoopDelay } from "node:perf_hooks";
import { ThreadTimes } from "./thread-times.ts";

const TICK = 1;
const NANOSECONDS = 1e6;

export interface Stalls {
  /** Milliseconds by which the loop came late to a timer, 99 of 100 times at most. */
  readonly p99: number;
  readonly longest: number;
  /**
   * The longest one by our own doing: without the time in which this thread was ready to run and other programs had the
   * processors. Time for which our own other threads ran, or the kernel's on behalf of anybody, is not set aside.
   */
  readonly longestOwn: number;
}

/** How late the event loop comes to its timers. */
export class StallWatch {
  readonly #delays = monitorEventLoopDelay({ resolution: TICK });
  readonly #times = new ThreadTimes();
  readonly #timer: NodeJS.Timeout;
  #last = performance.now();
  #waited = this.#times.waited();
  #others = this.#times.others();
  #longestOwn = 0;

  constructor() {
    this.#delays.enable();
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  end(): Stalls {
    clearInterval(this.#timer);
    this.#delays.disable();
    this.#times.close();
    return {
      p99: this.#delays.percentile(99) / NANOSECONDS,
      longest: this.#delays.max / NANOSECONDS,
      longestOwn: this.#longestOwn,
    };
  }

  #tick(): void {
    const [now, waited, others] = [performance.now(), this.#times.waited(), this.#times.others()];
    const forOthers = Math.max(0, waited - this.#waited - (others - this.#others));
    this.#longestOwn = Math.max(this.#longestOwn, now - this.#last - TICK - forOthers);
    [this.#last, this.#waited, this.#others] = [now, waited, others];
  }
}
