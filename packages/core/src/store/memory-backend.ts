import type { Backend, Stored, Writes } from "./backend.ts";
import { endOfPrefix } from "./store-key.ts";

export function memoryBackend(): Backend {
  const data = new Map<string, Stored>();
  const keys: string[] = [];

  const put = (key: string, stored: Stored) => {
    if (!data.has(key)) keys.splice(positionOf(key, keys), 0, key);
    data.set(key, stored);
  };
  const remove = (key: string) => {
    if (data.delete(key)) keys.splice(positionOf(key, keys), 1);
  };

  return {
    revision: 0,
    read: (key) => data.get(key),
    list: (prefix) => {
      const found = keys.slice(positionOf(prefix, keys), positionOf(endOfPrefix(prefix), keys));
      return found.flatMap((key) => {
        const stored = data.get(key);
        return stored === undefined ? [] : [[key, stored] as const];
      });
    },
    leased: () => [...data].filter(([, { lease }]) => lease !== undefined).map(([key]) => key),
    write: (writes: Writes) => {
      for (const [key, stored] of writes) stored === undefined ? remove(key) : put(key, stored);
      return undefined;
    },
    close: async () => {},
  };
}

/** Of the first key that is not before this one. */
function positionOf(key: string, keys: readonly string[]): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
