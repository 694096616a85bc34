/** Reads string options and gathers every fault, so that a user mends them in one round. */
export class OptionReader {
  readonly faults: string[] = [];
  readonly #options: Readonly<Record<string, string>>;
  readonly #asked = new Set<string>();

  constructor(options: Readonly<Record<string, string>>) {
    this.#options = options;
  }

  text(label: string): string | undefined {
    this.#asked.add(label);
    return this.#options[label];
  }

  boolean(label: string, otherwise: boolean): boolean {
    const text = this.text(label);
    if (text === undefined) return otherwise;
    if (/^(true|t|1)$/i.test(text)) return true;
    if (/^(false|f|0)$/i.test(text)) return false;
    this.faults.push(`option ${label}: "${text}" is neither true nor false`);
    return otherwise;
  }

  /** A whole number within bounds, both included. */
  integer(label: string, least: number, most: number): number | undefined {
    const text = this.text(label);
    if (text === undefined) return undefined;
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    this.faults.push(`option ${label}: "${text}" is not a whole number from ${least} to ${most}`);
    return undefined;
  }

  choice<T extends string>(label: string, choices: readonly T[], otherwise: T): T {
    const text = this.text(label);
    if (text === undefined || text === "") return otherwise;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.faults.push(`option ${label}: "${text}" is none of ${choices.join(", ")}`);
    return found ?? otherwise;
  }

  /** What nobody asked for is unknown. Call last. */
  unknown(what: string): void {
    for (const label of Object.keys(this.#options)) {
      if (!this.#asked.has(label)) this.faults.push(`option ${label}: ${what} does not know it`);
    }
  }
}
