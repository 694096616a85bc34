import { createHash } from "node:crypto";

/**
 * The candidate that a client is sent to, by highest random weight: of all candidates each gets its share of the clients,
 * and when one comes or goes, no other client moves.
 *
 * Source: Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998); weights after Schindelhauer and
 * Schomaker, "Weighted distributed hash tables" (2005).
 *
 * @param weightOf How large a candidate's share is. 0 and less: it is never chosen.
 */
export function rendezvous<T>(
  client: string,
  candidates: readonly T[],
  nameOf: (candidate: T) => string,
  weightOf: (candidate: T) => number = () => 1,
): T | undefined {
  let best: T | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const candidate of candidates) {
    const weight = weightOf(candidate);
    if (weight <= 0) continue;
    const score = -weight / Math.log(fraction(client, nameOf(candidate)));
    if (score <= highest) continue;
    best = candidate;
    highest = score;
  }
  return best;
}

const LARGEST = 2 ** 48;

/** In (0, 1), the same for the same two names on every machine. */
function fraction(client: string, name: string): number {
  const digest = createHash("sha256").update(client).update("\0").update(name).digest();
  return (digest.readUIntBE(0, 6) + 0.5) / LARGEST;
}
