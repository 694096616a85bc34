import type { Random } from "./target.ts";

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

export function pick<T>(random: Random, of: readonly T[]): T {
  const found = of[below(random, of.length)];
  if (found === undefined) throw new TypeError("picked from nothing");
  return found;
}

/** So many of what `make` makes, `most` at most and usually few. */
export const several = <T>(random: Random, most: number, make: () => T): readonly T[] =>
  Array.from({ length: Math.floor(random() ** 2 * (most + 1)) }, make);
