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
  readonly before: Stored | undefined;
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
    const revision = this.#revision + 1;
    for (const { key, text, lease } of lastOfEachKey(writes)) {
      const before = this.read(key);
      if (text === undefined && before === undefined) continue;
      const after = text === undefined ? undefined : { text, revision, ...(lease === undefined ? {} : { lease }) };
      this.writes.set(key, after);
      changed.push({ key, before, after });
    }
    if (changed.length > 0) this.#revision = revision;
    return { revision: this.#revision, changed, events: changed.map(toEvent) };
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

function toEvent({ key, before, after }: Changed): LoggedEvent {
  return { type: after === undefined ? "delete" : "put", key, text: (after ?? before)?.text ?? "null" };
}
