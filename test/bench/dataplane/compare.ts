import { type BenchRow, median } from "../report.ts";
import { ratio } from "../scale/ratio.ts";

const WARM_UP = 1;

export interface Measure {
  readonly what: string;
  readonly unit: string;
  /** What counts: the more, the better. */
  readonly hand: () => Promise<number>;
  readonly cnm: () => Promise<number>;
}

/**
 * Short rounds, in turns, and each pair begun by the other one: whatever else the machine does meets both alike. What is judged
 * is the median of the pairs' ratios.
 */
export async function compare({ what, unit, hand, cnm }: Measure, rounds: number): Promise<readonly BenchRow[]> {
  const pairs: { readonly hand: number; readonly cnm: number }[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    const pair = round % 2 === 0 ? { hand: await hand(), cnm: await cnm() } : await swapped(hand, cnm);
    if (round >= 0) pairs.push(pair);
  }
  return [
    { name: `${what}: by hand`, value: median(pairs.map((pair) => pair.hand)), unit },
    { name: `${what}: cnm`, value: median(pairs.map((pair) => pair.cnm)), unit },
    ratio(`${what}: cnm / by hand`, median(pairs.map((pair) => pair.cnm / pair.hand)), 0.97, "at least"),
  ];
}

async function swapped(hand: () => Promise<number>, cnm: () => Promise<number>) {
  const ours = await cnm();
  return { hand: await hand(), cnm: ours };
}
