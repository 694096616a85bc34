/** One value that operations change: which values it may have, as far as they told. */
export class Register {
  #writes: Write[];
  #now = 0;

  constructor(value: string) {
    this.#writes = [{ op: "", value, began: 0, ended: 0 }];
  }

  get values(): readonly string[] {
    return this.#writes.map(({ value }) => value);
  }

  begin(op: string, value: string): void {
    this.#writes.push({ op, value, began: ++this.#now, ended: undefined });
  }

  /** Whatever had ended before it began is certainly overwritten; what went on at its side may have come after it. */
  done(op: string): void {
    const write = this.#writes.find((one) => one.op === op);
    if (write === undefined) return;
    write.ended = ++this.#now;
    this.#writes = this.#writes.filter(({ ended }) => ended === undefined || ended >= write.began);
  }

  /** It was refused, and has changed nothing. */
  withdraw(op: string): void {
    this.#writes = this.#writes.filter((one) => one.op !== op);
  }

  /** Somebody has looked. */
  settle(value: string): void {
    this.#writes = [{ op: "", value, began: this.#now, ended: this.#now }];
  }
}

interface Write {
  readonly op: string;
  readonly value: string;
  readonly began: number;
  ended: number | undefined;
}
