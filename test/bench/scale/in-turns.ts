import { median, timed } from "../report.ts";

/** Medians of two works that are done in turns, so that whatever else the machine does meets both alike. */
export async function inTurns(
  rounds: number,
  one: (round: number) => Promise<unknown>,
  other: (round: number) => Promise<unknown>,
): Promise<readonly [one: number, other: number]> {
  const times: readonly [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(await timed(async () => void (await one(round))));
    times[1].push(await timed(async () => void (await other(round))));
  }
  return [median(times[0]), median(times[1])];
}
