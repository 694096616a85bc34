import type { Condition } from "../contracts/store.ts";
import { CnmError } from "../errors/cnm-error.ts";
import type { Backend, Stored } from "./backend.ts";
import type { LoggedEvent } from "./event-log.ts";

/** A change whose key and value have been checked. */
export interface Write {
  readonly key: string;
  /** Absent: deleted. */
  readonly text?: string;
  readonly lease?: string;
}

/** What one transaction did. */
export interface Outcome {
  readonly revision: number;
  readonly events: readonly LoggedEvent[];
  readonly changed: readonly Changed[];
}

export interface Changed {
  readonly key: string;
  readonly after: Stored | undefined;
}

/** Transactions that are written as one, each on top of those before it. Nothing is lost when a batch is thrown away. */
export class Batch {
  readonly writes = new Map<string, Stored | undefined>();
  readonly #backend: Pick<Backend, "read">;
  #revision: number;

  constructor(backend: Pick<Backend, "read">, revision: number) {
    this.#backend = backend;
    this.#revision = revision;
  }

  get revision(): number {
    return this.#revision;
  }

  read(key: string): Stored | undefined {
    return this.writes.has(key) ? this.writes.get(key) : this.#backend.read(key);
  }

  /** A transaction that changes nothing takes no revision. */
  apply(writes: readonly Write[], conditions: readonly Condition[]): Outcome {
    for (const condition of conditions) this.#check(condition);
    const changed: Changed[] = [];
    const events: LoggedEvent[] = [];
    const revision = this.#revision + 1;
    for (const { key, text, lease } of writes.length > 1 ? lastOfEachKey(writes) : writes) {
      // What a put replaces need not be known, and to read it would be most of the cost.
      const old = text === undefined ? this.read(key) : undefined;
      if (text === undefined && old === undefined) continue;
      const after = text === undefined ? undefined : stored(text, revision, lease);
      this.writes.set(key, after);
      changed.push({ key, after });
      events.push({ type: after === undefined ? "delete" : "put", key, text: (after ?? old)?.text ?? "null" });
    }
    if (changed.length > 0) this.#revision = revision;
    return { revision: this.#revision, changed, events };
  }

  #check({ key, revision }: Condition): void {
    const found = this.read(key)?.revision ?? 0;
    if (found === revision) return;
    const [wanted, is] = [revision, found].map((value) => (value === 0 ? "absent" : `at revision ${value}`));
    const message = `store key ${JSON.stringify(key)} was to be ${wanted}, but is ${is}: read it again and retry`;
    throw new CnmError("conflict", "revision-changed", message);
  }
}

function lastOfEachKey(writes: readonly Write[]): Iterable<Write> {
  return new Map(writes.map((write) => [write.key, write])).values();
}

function stored(text: string, revision: number, lease: string | undefined): Stored {
  return lease === undefined ? { text, revision } : { text, revision, lease };
}
