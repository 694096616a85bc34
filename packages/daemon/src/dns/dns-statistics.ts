/** How a query ended. `answered`: by what we know ourselves, be it that there is no such name. */
export type QueryResult = "answered" | "forwarded" | "ignored" | "failed";

/** What a name service has done since it began. */
export class DnsStatistics {
  readonly queries: Record<QueryResult, number> = { answered: 0, forwarded: 0, ignored: 0, failed: 0 };
  readonly #listeners = new Set<(seconds: number) => void>();

  /** Hears how long each forwarded query took. */
  onForwarded(listener: (seconds: number) => void): void {
    this.#listeners.add(listener);
  }

  count(result: QueryResult): void {
    this.queries[result]++;
  }

  forwarded(seconds: number): void {
    this.count("forwarded");
    for (const listener of this.#listeners) listener(seconds);
  }
}
