const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/**
 * Reads string options as Docker's drivers do, faults in their words, which people search for. Every fault is gathered, so
 * that a user mends them in one round.
 */
export class OptionReader {
  readonly faults: string[] = [];
  readonly #options: Readonly<Record<string, string>>;
  readonly #asked = new Set<string>();

  constructor(options: Readonly<Record<string, string>>) {
    this.#options = options;
  }

  has(label: string): boolean {
    return this.#options[label] !== undefined;
  }

  /** An empty text is none. */
  text(label: string): string | undefined {
    this.#asked.add(label);
    const text = this.#options[label];
    return text === "" ? undefined : text;
  }

  list(label: string): readonly string[] {
    return (this.text(label) ?? "").split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
  }

  boolean(label: string): boolean | undefined {
    this.#asked.add(label);
    const text = this.#options[label];
    if (text === undefined) return undefined;
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
    this.fault(
      label,
      `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax (it is neither true nor false)`,
    );
    return undefined;
  }

  /** A whole number of at most `bits` bits, and within the bounds that `what` has. */
  unsigned(label: string, least: number, most: number): number | undefined {
    const text = this.text(label);
    if (text === undefined) return undefined;
    const parsing = `strconv.ParseUint: parsing ${JSON.stringify(text)}`;
    if (!/^\d+$/.test(text)) {
      this.fault(label, `${parsing}: invalid syntax (it is no whole number)`);
      return undefined;
    }
    const value = Number(text);
    if (value >= least && value <= most) return value;
    this.fault(label, `${parsing}: value out of range (${least} to ${most})`);
    return undefined;
  }

  fault(label: string, words: string): void {
    this.faults.push(`option ${label}: ${words}`);
  }

  /** What nobody asked for is unknown. Call last. */
  unknown(what: string): void {
    for (const label of Object.keys(this.#options)) {
      if (!this.#asked.has(label)) this.fault(label, `${what} does not know it`);
    }
  }
}
