import type { Endpoint } from "../model/endpoint.ts";

/** How many endpoints there are on each segment of each network. */
export class SegmentCounts {
  readonly #counts = new Map<string, number[]>();

  add({ networkId, segment = 0 }: Endpoint): void {
    const counts = this.#counts.get(networkId) ?? [];
    this.#counts.set(networkId, counts);
    counts[segment] = (counts[segment] ?? 0) + 1;
  }

  remove({ networkId, segment = 0 }: Endpoint): void {
    const counts = this.#counts.get(networkId) ?? [];
    counts[segment] = (counts[segment] ?? 0) - 1;
  }

  /** The first segment with fewer endpoints than that. */
  withRoom(networkId: string, size: number): number {
    const counts = this.#counts.get(networkId) ?? [];
    let segment = 0;
    while ((counts[segment] ?? 0) >= size) segment++;
    return segment;
  }

  /** The network is gone. */
  forget(networkId: string): void {
    this.#counts.delete(networkId);
  }
}
