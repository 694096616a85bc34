/** Growing buffer in host byte order (little-endian on every platform that Node runs on), for netlink messages. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 512) {
    // From Node's pool, which costs a tenth of memory of its own; it is not zeroed, so whatever is skipped is.
    this.#bytes = Buffer.allocUnsafe(capacity);
    this.#view = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#grow(1);
    this.#view.setUint8(at, value);
  }

  u16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value, true);
  }

  i32(value: number): void {
    const at = this.#grow(4);
    this.#view.setInt32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value, true);
  }

  be16(value: number): void {
    const at = this.#grow(2);
    this.#view.setUint16(at, value);
  }

  be32(value: number): void {
    const at = this.#grow(4);
    this.#view.setUint32(at, value);
  }

  be64(value: bigint): void {
    const at = this.#grow(8);
    this.#view.setBigUint64(at, value);
  }

  bytes(value: Uint8Array): void {
    const at = this.#grow(value.length);
    this.#bytes.set(value, at);
  }

  /** UTF-8, without an end mark. */
  text(value: string): void {
    // One byte each for all that kernels call things; Node's encoder needs longer to be called than this takes.
    const at = this.#grow(value.length);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#length = at;
        this.bytes(Buffer.from(value, "utf8"));
        return;
      }
      this.#bytes[at + index] = code;
    }
  }

  /** Zeros up to the next multiple of `boundary`. */
  align(boundary: number): void {
    const over = this.#length % boundary;
    if (over === 0) return;
    const at = this.#grow(boundary - over);
    this.#bytes.fill(0, at, this.#length);
  }

  /** Writes over what is there: lengths that are known only afterwards. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  patchU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** What was written; a view, not a copy: done with the writer before using it. */
  finish(): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset, this.#length);
  }

  /** Makes room and says where. To be called before #view is looked at: it may be another one afterwards. */
  #grow(size: number): number {
    const at = this.#length;
    const needed = at + size;
    if (needed > this.#bytes.length) {
      const bytes = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      bytes.set(this.#bytes.subarray(0, at));
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    this.#length = needed;
    return at;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
