import type { Backend, Stored, Writes } from "../backend.ts";

type Entry = readonly [key: string, stored: Stored];

/** What data will be when it has caught up: the data, what is being written to it, and what came since. */
export class Overlay {
  readonly #data: Pick<Backend, "read" | "list" | "leased">;
  #underWay: Map<string, Stored | undefined> = new Map();
  #newer: Map<string, Stored | undefined> = new Map();

  constructor(data: Pick<Backend, "read" | "list" | "leased">) {
    this.#data = data;
  }

  read(key: string): Stored | undefined {
    for (const layer of [this.#newer, this.#underWay]) {
      const stored = layer.get(key);
      if (stored !== undefined || layer.has(key)) return stored;
    }
    return this.#data.read(key);
  }

  list(prefix: string): readonly Entry[] {
    const changes = [...this.#changes()].filter(([key]) => key.startsWith(prefix)).sort(byKey);
    const entries = this.#data.list(prefix);
    return changes.length === 0 ? entries : merge(entries, changes);
  }

  leased(): readonly string[] {
    const keys = new Set(this.#data.leased());
    for (const [key, stored] of this.#changes()) stored?.lease === undefined ? keys.delete(key) : keys.add(key);
    return [...keys].sort();
  }

  add(writes: Writes): void {
    for (const [key, stored] of writes) this.#newer.set(key, stored);
  }

  /** What the data shall get now. Then comes `settle` or `putBack`, and only then the next `take`. */
  take(): Writes {
    this.#underWay = this.#newer;
    this.#newer = new Map();
    return this.#underWay;
  }

  /** The data has what was taken. */
  settle(): void {
    this.#underWay = new Map();
  }

  /** The data has not got what was taken. */
  putBack(): void {
    this.#newer = this.#changes();
    this.settle();
  }

  #changes(): Map<string, Stored | undefined> {
    return this.#underWay.size === 0 ? this.#newer : new Map([...this.#underWay, ...this.#newer]);
  }
}

/** Both in key order. */
function merge(entries: readonly Entry[], changes: readonly (readonly [string, Stored | undefined])[]): Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  for (const [key, stored] of changes) {
    for (let entry = entries[next]; entry !== undefined && entry[0] <= key; entry = entries[++next]) {
      if (entry[0] < key) merged.push(entry);
    }
    if (stored !== undefined) merged.push([key, stored]);
  }
  return merged.concat(entries.slice(next));
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
