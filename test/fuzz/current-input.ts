const FIELDS = 3;
const LARGEST = 1 << 20;

/** The input that the worker is busy with, where the watchdog sees it even if the worker never answers again. */
export class CurrentInput {
  readonly memory: SharedArrayBuffer;
  readonly #fields: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory = new SharedArrayBuffer(FIELDS * 4 + LARGEST)) {
    this.memory = memory;
    this.#fields = new Int32Array(memory, 0, FIELDS);
    this.#bytes = new Uint8Array(memory, FIELDS * 4);
  }

  /** How many inputs were begun. */
  get count(): number {
    return Atomics.load(this.#fields, 0);
  }

  get target(): number {
    return Atomics.load(this.#fields, 1);
  }

  get input(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#fields, 2));
  }

  begin(target: number, input: Uint8Array): void {
    this.#bytes.set(input.subarray(0, LARGEST));
    Atomics.store(this.#fields, 2, Math.min(input.length, LARGEST));
    Atomics.store(this.#fields, 1, target);
    Atomics.add(this.#fields, 0, 1);
  }
}
