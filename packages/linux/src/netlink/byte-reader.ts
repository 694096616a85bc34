import { DecodeError } from "./decode-error.ts";

/** Bounded view of received bytes: reading past the end is a {@link DecodeError}, never a neighbour's byte. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  be16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  be32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  be64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** A view of the next bytes, not a copy. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  rest(): Uint8Array {
    return this.bytes(this.left);
  }

  /** Skips padding; the last element of a message may lack it. */
  skip(length: number): void {
    this.#at = Math.min(this.#at + length, this.#bytes.length);
  }

  #take(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) {
      throw new DecodeError(`${length} bytes wanted at offset ${at}, ${this.left} left`);
    }
    this.#at = at + length;
    return at;
  }
}
