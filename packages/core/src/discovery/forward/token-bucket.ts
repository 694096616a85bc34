export interface RateLimit {
  readonly perSecond: number;
  /** How many at once, after a time of rest. */
  readonly burst: number;
}

/** One bucket a client. Buckets of clients at rest are full, and so need not be kept. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  #sweepAt = SWEEP;

  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** False: the client has to wait. */
  take(client: string): boolean {
    const tokens = this.#tokens(client);
    if (tokens < 1) return false;
    if (this.#buckets.size >= this.#sweepAt) this.#sweep();
    this.#buckets.set(client, { tokens: tokens - 1, at: this.#now() });
    return true;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #tokens(client: string): number {
    const bucket = this.#buckets.get(client);
    if (bucket === undefined) return this.#limit.burst;
    const gained = ((this.#now() - bucket.at) / 1000) * this.#limit.perSecond;
    return Math.min(this.#limit.burst, bucket.tokens + gained);
  }

  #sweep(): void {
    for (const client of this.#buckets.keys()) {
      if (this.#tokens(client) >= this.#limit.burst) this.#buckets.delete(client);
    }
    this.#sweepAt = Math.max(SWEEP, this.#buckets.size * 2);
  }
}

const SWEEP = 1024;
