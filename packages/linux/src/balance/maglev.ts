import { createHash } from "node:crypto";
import type { Backend } from "@cnm/core";
import type { ServiceSlot } from "../resources/resource.ts";

type Target = Omit<Backend, "endpointId">;

/**
 * Primes: with one of them as size, each backend's walk comes by every slot. A hundred times as many slots as backends make
 * shares that differ by about 1 %.
 */
const SIZES = [251, 509, 1_021, 2_039, 4_093] as const;

/**
 * A table of slots in which a client's hash finds its backend, made so that most slots stay what they are when backends come
 * and go.
 *
 * Source: Eisenbud et al., "Maglev: A fast and reliable software network load balancer" (NSDI 2016), section 3.4.
 */
export function maglev(backends: readonly Target[]): readonly ServiceSlot[] {
  const takers = backends.filter(({ weight }) => weight > 0);
  const heaviest = Math.max(0, ...takers.map(({ weight }) => weight));
  const size = SIZES.find((candidate) => candidate >= takers.length * 100) ?? SIZES[SIZES.length - 1] ?? 0;
  const walks = takers.map((backend) => ({ ...walkOf(backend, size), pace: backend.weight / heaviest, credit: 0 }));
  const table = new Array<ServiceSlot | undefined>(takers.length === 0 ? 0 : size);
  for (let filled = 0; filled < table.length; ) {
    for (const walk of walks) {
      walk.credit += walk.pace;
      if (walk.credit < 1) continue;
      walk.credit -= 1;
      while (table[walk.at] !== undefined) walk.at = (walk.at + walk.skip) % size;
      table[walk.at] = walk.slot;
      filled++;
      if (filled === table.length) break;
    }
  }
  return table.flatMap((slot) => (slot === undefined ? [] : [slot]));
}

interface Walk {
  readonly slot: ServiceSlot;
  readonly skip: number;
  at: number;
}

function walkOf({ address, port }: Target, size: number): Walk {
  const digest = createHash("sha256").update(`${address} ${port}`).digest();
  return {
    slot: { address, port },
    at: digest.readUInt32BE(0) % size,
    skip: (digest.readUInt32BE(4) % (size - 1)) + 1,
  };
}
