import type { Moment } from "./subject.ts";

/** To be called with the number of steps whenever it has grown: kills once, as late after the last step as the moment says. */
export function killOnceThere({ steps, microseconds }: Moment, kill: () => void): (count: number) => void {
  let isSet = false;
  return (count) => {
    if (count < steps || isSet) return;
    isSet = true;
    const until = process.hrtime.bigint() + BigInt(microseconds) * 1_000n;
    // A timer alone would only come on whole milliseconds.
    setTimeout(
      () => {
        while (process.hrtime.bigint() < until);
        kill();
      },
      Math.floor(microseconds / 1_000) - 1,
    );
  };
}
