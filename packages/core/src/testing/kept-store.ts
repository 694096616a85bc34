import type { Store } from "../contracts/store.ts";

/** A store that outlives the controllers on it: they close it, and it stays open. */
export function keptStore(store: Store): Store {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefix, options) => store.list(prefix, options),
    transaction: (changes, conditions, options) => store.transaction(changes, conditions, options),
    watch: (prefix, from, options) => store.watch(prefix, from, options),
    lease: (ttl, options) => store.lease(ttl, options),
    close: async () => undefined,
  };
}
