import { answerTtl, type TtlCaps } from "./answer-ttl.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";

export interface CacheOptions extends TtlCaps {
  /** How many answers there are at most; 0: no cache. Default: 1,000. */
  readonly entries?: number;
}

/** Answers from elsewhere for as long as they say that they hold. The one that was used longest ago makes room. */
export class AnswerCache {
  readonly #entries: number;
  readonly #caps: TtlCaps;
  readonly #now: () => number;
  readonly #kept = new Map<
    string,
    { readonly answer: UpstreamAnswer; readonly since: number; readonly until: number }
  >();

  constructor({ entries = 1000, ...caps }: CacheOptions, now: () => number) {
    this.#entries = entries;
    this.#caps = caps;
    this.#now = now;
  }

  /** With its age in whole seconds. */
  get(key: string): { readonly answer: UpstreamAnswer; readonly ageSeconds: number } | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    const now = this.#now();
    if (now >= kept.until) return undefined;
    // A map's order is that of insertion: the last one used is the last to go.
    this.#kept.set(key, kept);
    return { answer: kept.answer, ageSeconds: Math.floor((now - kept.since) / 1000) };
  }

  put(key: string, answer: UpstreamAnswer): void {
    const ttl = answerTtl(answer, this.#caps);
    if (ttl <= 0 || this.#entries === 0 || answer.bytes.length > LARGEST) return;
    const since = this.#now();
    this.#kept.delete(key);
    if (this.#kept.size >= this.#entries) this.#dropOldest();
    // A copy: bytes from a socket may be a small part of a large buffer.
    const own = { ...answer, bytes: new Uint8Array(answer.bytes) };
    this.#kept.set(key, { answer: own, since, until: since + ttl * 1000 });
  }

  clear(): void {
    this.#kept.clear();
  }

  get size(): number {
    return this.#kept.size;
  }

  #dropOldest(): void {
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** So that the number of answers bounds the memory. */
const LARGEST = 4096;
