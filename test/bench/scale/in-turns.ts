import { cpus } from "node:os";
import { median } from "../report.ts";
import { ThreadTimes } from "./thread-times.ts";

export interface Turns {
  /** Medians, in milliseconds. */
  readonly one: number;
  readonly other: number;
  /** Other to one, and what went on beside. */
  readonly ratio: number;
}

/** What a work leaves to be done after it is met by the next of its kind: so several follow each other before it is the other's turn. */
const AT_A_TIME = 10;

/**
 * Two works in turns, so that whatever else the machine does, and how warm this program is, meets both alike. The time in which
 * the thread was ready to run, and other programs had the processors, is not theirs, and counts for neither.
 *
 * What the works go on doing in the background meets both alike as well, and would not be seen. So the ratio is raised by
 * what that takes away of the machine's processors, as if `one` alone had lost by it: it cannot have lost more. What goes on beside
 * `one` when there is no other (see {@link besideAlone}) it never had.
 */
export async function inTurns(
  rounds: number,
  one: (round: number) => Promise<unknown>,
  other: (round: number) => Promise<unknown>,
  alone = 0,
): Promise<Turns> {
  const times = new ThreadTimes();
  try {
    const taken: readonly number[][] = [[], []];
    const [start, before] = [performance.now(), times.others()];
    for (let from = 0; from < rounds; from += AT_A_TIME) {
      for (const [at, work] of [one, other].entries()) {
        for (let round = from; round < Math.min(rounds, from + AT_A_TIME); round++) {
          taken[at]?.push(await ownTime(times, () => work(round)));
        }
      }
    }
    const beside = (times.others() - before) / (performance.now() - start);
    const [first = Number.NaN, second = Number.NaN] = taken.map(median);
    const processors = cpus().length;
    const lost = (processors - alone) / (processors - Math.max(beside, alone));
    return { one: first, other: second, ratio: (second / first) * lost };
  } finally {
    times.close();
  }
}

/** How much of a processor goes to what is done beside a work: by other threads of this process and of the kernel. */
export async function besideAlone(rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const times = new ThreadTimes();
  try {
    const [start, before] = [performance.now(), times.others()];
    for (let round = 0; round < rounds; round++) await ownTime(times, () => work(round));
    return (times.others() - before) / (performance.now() - start);
  } finally {
    times.close();
  }
}

/** For which our own other threads ran while this one waited for a processor is not set aside. */
async function ownTime(times: ThreadTimes, work: () => Promise<unknown>): Promise<number> {
  const [start, waited, others] = [performance.now(), times.waited(), times.others()];
  await work();
  // What it has left to be done at once after it.
  await new Promise((resolve) => setImmediate(resolve));
  const forOthers = Math.max(0, times.waited() - waited - (times.others() - others));
  return performance.now() - start - forOthers;
}
