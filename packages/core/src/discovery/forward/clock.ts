/** Time, given in so that tests have their own. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls once after so many milliseconds, unless disposed before. */
  after(ms: number, call: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};
