import type { CallOptions } from "./platform.ts";

/** JSON all through. */
export type StoreValue =
  | null
  | boolean
  | number
  | string
  | readonly StoreValue[]
  | { readonly [key: string]: StoreValue };

export interface StoreEntry {
  readonly key: string;
  readonly value: StoreValue;
  /** Grows with each change of the key; 0 stands for "no such key". */
  readonly revision: number;
}

export interface Condition {
  readonly key: string;
  /** The transaction happens only if the key is at this revision; 0: only if there is no such key. */
  readonly revision: number;
}

export type StoreChange =
  | { readonly op: "put"; readonly key: string; readonly value: StoreValue; readonly lease?: string }
  | { readonly op: "delete"; readonly key: string };

export interface StoreEvent {
  readonly type: "put" | "delete";
  readonly key: string;
  /** For a delete: the last value, where the store still knows it. */
  readonly value?: StoreValue;
  readonly revision: number;
}

export interface Lease {
  readonly id: string;
  /** Puts the expiry off by the whole time to live. Throws CnmError `not-found` when it has expired. */
  renew(): Promise<void>;
  /** Ends it now: every key written with it is deleted. */
  revoke(): Promise<void>;
}

/**
 * Transactional key-value store with watch and leases. Keys are "/"-separated paths in ASCII, at most 1,024 bytes.
 * A resolved transaction outlives `kill -9` of this process.
 */
export interface Store {
  get(key: string, options?: CallOptions): Promise<StoreEntry | undefined>;
  /** All keys that start with the prefix, in key order. */
  list(prefix: string, options?: CallOptions): Promise<readonly StoreEntry[]>;
  /** All changes or none. Resolves to the revision; throws CnmError `conflict`, code "revision-changed", naming the key. */
  transaction(
    changes: readonly StoreChange[],
    conditions?: readonly Condition[],
    options?: CallOptions,
  ): Promise<number>;
  /** Changes under the prefix after `from` (a revision; absent: from now on). Ends when the signal aborts. */
  watch(prefix: string, from?: number, options?: CallOptions): AsyncIterable<StoreEvent>;
  /** Keys put with the lease vanish when it is not renewed within `ttl` milliseconds, and when the process ends. */
  lease(ttl: number, options?: CallOptions): Promise<Lease>;
  /**
   * Resolves when every transaction that has resolved is with the disk, and outlives a power cut too: without it that may
   * take a tenth of a second. Absent: the store has nothing to wait for.
   */
  sync?(options?: CallOptions): Promise<void>;
  /** Also waits as `sync` does. What it throws of a store that cannot be brought up to date is not lost with it. */
  close(): Promise<void>;
}
