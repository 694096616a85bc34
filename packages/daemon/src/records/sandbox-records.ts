import { CnmError, type Store, type StoreEntry, type StoreValue } from "@cnm/core";
import { EMPTY_RECORD, type SandboxRecord } from "./sandbox-record.ts";

const PREFIX = "daemon/sandboxes/";

/** The daemon's own records, in the controller's store. In memory too, so that reading is no work. */
export class SandboxRecords {
  readonly #store: Store;
  readonly #records: Map<string, SandboxRecord>;

  private constructor(store: Store, records: Map<string, SandboxRecord>) {
    this.#store = store;
    this.#records = records;
  }

  static async open(store: Store): Promise<SandboxRecords> {
    const entries = await store.list(PREFIX);
    return new SandboxRecords(store, new Map(entries.map((entry) => [entry.key.slice(PREFIX.length), read(entry)])));
  }

  /** Of a sandbox that the daemon knows nothing more of: an empty one. */
  get(id: string): SandboxRecord {
    return this.#records.get(id) ?? EMPTY_RECORD;
  }

  ids(): readonly string[] {
    return [...this.#records.keys()];
  }

  async put(id: string, record: SandboxRecord): Promise<void> {
    this.#records.set(id, record);
    const value = record as unknown as StoreValue;
    await this.#store.transaction([{ op: "put", key: PREFIX + id, value }]);
  }

  async delete(id: string): Promise<void> {
    if (!this.#records.delete(id)) return;
    await this.#store.transaction([{ op: "delete", key: PREFIX + id }]);
  }
}

function read({ key, value }: StoreEntry): SandboxRecord {
  if (typeof value === "object" && value !== null && "schema" in value && value.schema === 1) {
    return value as unknown as SandboxRecord;
  }
  throw new CnmError("unsupported", "unknown-schema", `record ${key} is of a schema that this version does not know`);
}
