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
  /**
   * All or nothing; what has resolved outlives this process, if the data does. Undefined: it is done already, and whoever
   * waits for it need not wait for a turn of the event loop.
   */
  write(writes: Writes, revision: number): Promise<void> | undefined;
  /** Resolves when what has been written outlives a power cut. Absent: that, or whatever there will be, is so already. */
  sync?(): Promise<void>;
  close(): Promise<void>;
}
