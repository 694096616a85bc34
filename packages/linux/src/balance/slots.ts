import type { Backend } from "@cnm/core";
import type { ServiceSlot } from "../resources/resource.ts";

type Target = Omit<Backend, "endpointId">;

/** More would be a burden on each change, and no client could tell the difference. */
const MOST = 1_024;

/**
 * One slot for each unit of weight, in the order of smooth weighted round-robin: a heavy backend's turns lie between those of
 * the others, and not all in a row. Weights with a common divisor, and very large ones, are scaled down.
 */
export function takeTurns(backends: readonly Target[]): readonly ServiceSlot[] {
  const shares = scaled(backends.filter(({ weight }) => weight > 0));
  const total = sum(shares.map(({ share }) => share));
  const credits = shares.map(() => 0);
  return Array.from({ length: total }, () => {
    let best = 0;
    for (const [index, { share }] of shares.entries()) {
      credits[index] = (credits[index] ?? 0) + share;
      if ((credits[index] ?? 0) > (credits[best] ?? 0)) best = index;
    }
    credits[best] = (credits[best] ?? 0) - total;
    return shares[best]?.slot;
  }).flatMap((slot) => (slot === undefined ? [] : [slot]));
}

interface Share {
  readonly slot: ServiceSlot;
  readonly share: number;
}

function scaled(backends: readonly Target[]): readonly Share[] {
  const divisor = backends.reduce((common, { weight }) => greatestCommonDivisor(common, weight), 0);
  const largest = sum(backends.map(({ weight }) => weight / divisor));
  const factor = largest > MOST ? MOST / largest : 1;
  return backends.map(({ address, port, weight }) => ({
    slot: { address, port },
    share: Math.max(1, Math.round((weight / divisor) * factor)),
  }));
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
