import type { Store, StoreEntry, StoreValue } from "../contracts/store.ts";
import { type Controller, createController } from "../controller/controller.ts";
import type { ControllerOptions } from "../controller/controller-options.ts";
import { FakeHost } from "./fake-host.ts";
import { type FakePlatform, fakePlatform } from "./fake-platform.ts";
import { steppedStore } from "./stepped-store.ts";

export interface OpenWorld {
  readonly controller: Controller;
  readonly platform: FakePlatform;
}

/** A fake host and a store that outlive the controllers on them: what is left when a process is killed. */
export class FakeWorld {
  readonly host = new FakeHost();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A process that starts. `onStep` is asked before each step of host and store, and after each write. */
  async open(
    options: Partial<ControllerOptions> = {},
    onStep: (step: string) => void | Promise<void> = () => undefined,
  ): Promise<OpenWorld> {
    const platform = fakePlatform({ host: this.host, onStep });
    const store = steppedStore({ ...bound(this.#store), close: async () => undefined }, onStep);
    return { platform, controller: await createController({ platform, store, ...options }) };
  }

  /** Everything in the store, by key. */
  async records(): Promise<Readonly<Record<string, StoreValue>>> {
    const entries: readonly StoreEntry[] = await this.#store.list("");
    return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  }
}

function bound(store: Store): Store {
  return {
    get: (key, options) => store.get(key, options),
    list: (prefix, options) => store.list(prefix, options),
    transaction: (changes, conditions, options) => store.transaction(changes, conditions, options),
    watch: (prefix, from, options) => store.watch(prefix, from, options),
    lease: (ttl, options) => store.lease(ttl, options),
    close: () => store.close(),
  };
}
