import type { Store, StoreEntry } from "../contracts/store.ts";
export function tinyStore(): Store {
  const data = new Map<string, StoreEntry>();
  let revision = 0;
  return {
    get: async (key) => data.get(key),
    list: async (prefix) =>
      [...data.values()].filter(({ key }) => key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : 1)),
    transaction: async (changes) => {
      revision++;
      for (const c of changes) {
        if (c.op === "put") data.set(c.key, { key: c.key, value: structuredClone(c.value), revision });
        else data.delete(c.key);
      }
      return revision;
    },
    watch: async function* () {},
    lease: async () => {
      throw new Error("no");
    },
    close: async () => {},
  };
}
