import type { Platform } from "../contracts/platform.ts";
import type { Resource } from "../model/resource.ts";
import { deleteShared, putShared } from "./record-changes.ts";
import type { StoreWriter } from "./store-writer.ts";

interface Entry {
  /** With its baseline: what it replaced on the host. */
  readonly resource: Resource;
  readonly owners: Set<string>;
  /** False while it is being removed. */
  present: boolean;
}

/**
 * Host objects that several networks and endpoints need: made before the first of them and removed after the last. Who
 * needs them follows from the plans; what is stored is the resource with its baseline, before the host is touched.
 */
export class SharedResources {
  readonly #platform: Platform;
  readonly #writer: StoreWriter;
  readonly #entries = new Map<string, Entry>();
  /** Changes happen one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(platform: Platform, writer: StoreWriter) {
    this.#platform = platform;
    this.#writer = writer;
  }

  /** At start: what the store has. Whatever nobody claims afterwards is {@link unclaimed}. */
  restore(resources: readonly Resource[]): void {
    for (const resource of resources) {
      this.#entries.set(resource.key, { resource, owners: new Set(), present: true });
    }
  }

  /** Notes that an owner needs these; true if they were all known before. */
  claim(resources: readonly Resource[], owner: string): boolean {
    if (!resources.every(({ key }) => this.#entries.get(key)?.present === true)) return false;
    for (const { key } of resources) this.#entries.get(key)?.owners.add(owner);
    return true;
  }

  /** Makes those that are not there yet. All or nothing. */
  async acquire(resources: readonly Resource[], owner: string): Promise<void> {
    if (resources.length === 0 || this.claim(resources, owner)) return;
    await this.#inTurn(async () => {
      const missing = resources.filter(({ key }) => !this.#entries.has(key));
      try {
        const recorded = await this.#recordBaselines(missing);
        await this.#platform.apply({ remove: [], add: recorded });
        this.restore(recorded);
      } catch (error) {
        // Should the store refuse that too, the next start finds that nobody needs them.
        this.#writer.writeLater(missing.map(deleteShared));
        throw error;
      }
      this.claim(resources, owner);
    });
  }

  /** Removes those that nobody else needs. After a failure they are {@link unclaimed} and still there. */
  async release(owner: string): Promise<void> {
    const unneeded: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.owners.delete(owner) && entry.owners.size === 0) unneeded.push(entry);
    }
    await this.#remove(unneeded);
  }

  /** Removes what no owner claims. */
  async removeUnclaimed(): Promise<void> {
    await this.#remove(this.#unclaimedEntries());
  }

  unclaimed(): readonly Resource[] {
    return this.#unclaimedEntries().map(({ resource }) => resource);
  }

  /** The planned resource together with its baseline. */
  withBaseline(planned: Resource): Resource {
    const stored = this.#entries.get(planned.key)?.resource;
    return stored === undefined ? planned : { ...stored, ...planned };
  }

  /** Claims for an owner, and makes known what is missing: with a baseline, in the store, but not on the host yet. */
  async adopt(resources: readonly Resource[], owner: string): Promise<void> {
    if (this.claim(resources, owner)) return;
    await this.#inTurn(async () => {
      this.restore(await this.#recordBaselines(resources.filter(({ key }) => !this.#entries.has(key))));
      this.claim(resources, owner);
    });
  }

  async #recordBaselines(resources: readonly Resource[]): Promise<readonly Resource[]> {
    const recorded: Resource[] = [];
    for (const resource of resources) recorded.push(await this.#platform.recordBaseline(resource));
    await this.#writer.write(recorded.map(putShared));
    return recorded;
  }

  async #remove(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    for (const entry of entries) entry.present = false;
    await this.#inTurn(async () => {
      const resources = entries.map(({ resource }) => resource);
      try {
        await this.#platform.apply({ remove: resources, add: [] });
      } catch (error) {
        for (const entry of entries) entry.present = true;
        throw error;
      }
      for (const { key } of resources) this.#entries.delete(key);
      await this.#writer.write(resources.map(deleteShared));
    });
  }

  #unclaimedEntries(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ owners }) => owners.size === 0);
  }

  #inTurn(body: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(body);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
