/** The oldest are forgotten beyond so many. */
const REMEMBERED = 65_536;

/** Who had which address last, as far as this process has seen. */
export class LastHolders {
  readonly #macs = new Map<string, string>();
  readonly #limit: number;

  constructor(limit = REMEMBERED) {
    this.#limit = limit;
  }

  /** Notes the holder. Whether it was another one before: then neighbours may send to that one still. */
  changes(address: string, mac: string): boolean {
    const before = this.#macs.get(address);
    this.#macs.delete(address);
    this.#macs.set(address, mac);
    if (this.#macs.size > this.#limit) {
      const [oldest] = this.#macs.keys();
      if (oldest !== undefined) this.#macs.delete(oldest);
    }
    return before !== undefined && before !== mac;
  }
}
