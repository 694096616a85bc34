import type { Store } from "../contracts/store.ts";

/**
 * A store that asks before each transaction ("write put network/4f0c…") and after it ("wrote …"), for tests of what stands
 * on stores: what `onStep` throws is what fails, and while it does not resolve, the store does not answer.
 */
export function steppedStore(store: Store, onStep: (step: string) => void | Promise<void>): Store {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefix, options) => store.list(prefix, options),
    transaction: async (changes, conditions, options) => {
      const what = changes.map(({ op, key }) => `${op} ${key}`).join(", ");
      await onStep(`write ${what}`);
      const revision = await store.transaction(changes, conditions, options);
      await onStep(`wrote ${what}`);
      return revision;
    },
    watch: (prefix, from, options) => store.watch(prefix, from, options),
    lease: (ttl, options) => store.lease(ttl, options),
    close: () => store.close(),
  };
}
