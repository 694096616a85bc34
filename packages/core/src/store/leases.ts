import { randomUUID } from "node:crypto";
import type { Lease } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Changed } from "./batch.ts";

/** What fits into a timer. */
const LONGEST_TTL = 2 ** 31 - 1;

interface Held {
  readonly ttl: number;
  readonly timer: NodeJS.Timeout;
  /** Those that are, or in a batch that failed would have been, put with the lease. */
  readonly keys: Set<string>;
  /** Set from its end on, until its keys are deleted. */
  ending?: Promise<void> | undefined;
  ended: boolean;
}

/** The leases of this process. A lease that has ended is kept until its keys are deleted. */
export class Leases {
  readonly #held = new Map<string, Held>();
  /** The lease of each key that has one. */
  readonly #leaseOf = new Map<string, string>();
  readonly #deleteKeys: (lease: string) => Promise<void>;

  constructor(deleteKeys: (lease: string) => Promise<void>) {
    this.#deleteKeys = deleteKeys;
  }

  grant(ttl: number, checkOpen: () => void): Lease {
    if (!(ttl > 0 && ttl <= LONGEST_TTL)) {
      throw new CnmError("invalid", "lease-ttl", `a lease cannot last ${ttl} ms: more than 0, at most ${LONGEST_TTL}`);
    }
    const id = randomUUID();
    const timer = setTimeout(() => void this.#expire(id), ttl);
    timer.unref();
    this.#held.set(id, { ttl, timer, keys: new Set(), ended: false });
    return {
      id,
      renew: async () => {
        checkOpen();
        this.check(id).timer.refresh();
      },
      revoke: async () => {
        checkOpen();
        await this.#end(id);
      },
    };
  }

  /** Throws when the lease has ended. */
  check(id: string): Held {
    const held = this.#held.get(id);
    if (held !== undefined && !held.ended) return held;
    throw new CnmError("not-found", "lease-expired", `lease ${id} has ended: get a new one and put its keys again`);
  }

  keysOf(id: string): readonly string[] {
    return [...(this.#held.get(id)?.keys ?? [])];
  }

  /** Before it is written, so that no key of a lease is ever missing here. */
  note({ key, after }: Changed): void {
    if (after?.lease !== undefined) this.#held.get(after.lease)?.keys.add(key);
  }

  /** After it is written. */
  settle({ key, after }: Changed): void {
    const before = this.#leaseOf.get(key);
    if (before === after?.lease) return;
    if (before !== undefined) this.#held.get(before)?.keys.delete(key);
    this.#leaseOf.delete(key);
    if (after?.lease === undefined) return;
    this.#leaseOf.set(key, after.lease);
    this.#held.get(after.lease)?.keys.add(key);
  }

  close(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#leaseOf.clear();
  }

  /** A store that cannot delete now, of a full disk for one, is asked again. */
  async #expire(id: string): Promise<void> {
    await this.#end(id).catch(() => this.#held.get(id)?.timer.refresh());
  }

  async #end(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.ended = true;
    clearTimeout(held.timer);
    held.ending ??= this.#deleteKeys(id);
    try {
      await held.ending;
      this.#held.delete(id);
    } catch (error) {
      held.ending = undefined;
      throw error;
    }
  }
}
