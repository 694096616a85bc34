/** A value as it is kept. */
export interface Stored {
  /** JSON. */
  readonly text: string;
  readonly revision: number;
  /** The id of the lease it was put with. */
  readonly lease?: string;
}

/** Key → what it becomes; undefined: deleted. */
export type Writes = ReadonlyMap<string, Stored | undefined>;

/** Where a {@link LocalStore} keeps its data. There is one write at a time, and reads may see it before it resolves. */
export interface Backend {
  /** That of the last write, over all lives of the data. */
  readonly revision: number;
  read(key: string): Stored | undefined;
  /** In key order, all as of one moment. */
  list(prefix: string): readonly (readonly [key: string, stored: Stored])[];
  /** Keys that were put with a lease, in any life. */
  leased(): readonly string[];
  /** All or nothing; what has resolved outlives this process, if the data does. */
  write(writes: Writes, revision: number): Promise<void>;
  close(): Promise<void>;
}
