/**
 * Growing buffer in host byte order (little-endian on every platform that Node runs on), for netlink messages. Each method
 * makes room by itself rather than by a call: a join writes hundreds of numbers, once, before anything is compiled.
 */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #room: number;
  #length = 0;

  constructor(capacity = 512) {
    this.#bytes = Buffer.allocUnsafe(capacity);
    this.#view = viewOf(this.#bytes);
    this.#room = capacity;
  }

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    const at = this.#length;
    if (at + 1 > this.#room) this.#grow(at + 1);
    this.#view.setUint8(at, value);
    this.#length = at + 1;
  }

  u16(value: number): void {
    const at = this.#length;
    if (at + 2 > this.#room) this.#grow(at + 2);
    this.#view.setUint16(at, value, true);
    this.#length = at + 2;
  }

  u32(value: number): void {
    const at = this.#length;
    if (at + 4 > this.#room) this.#grow(at + 4);
    this.#view.setUint32(at, value, true);
    this.#length = at + 4;
  }

  i32(value: number): void {
    const at = this.#length;
    if (at + 4 > this.#room) this.#grow(at + 4);
    this.#view.setInt32(at, value, true);
    this.#length = at + 4;
  }

  u64(value: bigint): void {
    const at = this.#length;
    if (at + 8 > this.#room) this.#grow(at + 8);
    this.#view.setBigUint64(at, value, true);
    this.#length = at + 8;
  }

  be16(value: number): void {
    const at = this.#length;
    if (at + 2 > this.#room) this.#grow(at + 2);
    this.#view.setUint16(at, value);
    this.#length = at + 2;
  }

  be32(value: number): void {
    const at = this.#length;
    if (at + 4 > this.#room) this.#grow(at + 4);
    this.#view.setUint32(at, value);
    this.#length = at + 4;
  }

  be64(value: bigint): void {
    const at = this.#length;
    if (at + 8 > this.#room) this.#grow(at + 8);
    this.#view.setBigUint64(at, value);
    this.#length = at + 8;
  }

  bytes(value: Uint8Array): void {
    const at = this.#length;
    const end = at + value.length;
    if (end > this.#room) this.#grow(end);
    this.#bytes.set(value, at);
    this.#length = end;
  }

  /** UTF-8, without an end mark. */
  text(value: string): void {
    // One byte each for all that kernels call things; Node's encoder needs longer to be called than this takes.
    const at = this.#length;
    const end = at + value.length;
    if (end > this.#room) this.#grow(end);
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.bytes(Buffer.from(value, "utf8"));
        return;
      }
      bytes[at + index] = code;
    }
    this.#length = end;
  }

  /** Zeros. */
  zeros(count: number): void {
    const end = this.#length + count;
    if (end > this.#room) this.#grow(end);
    for (let at = this.#length; at < end; at++) this.#bytes[at] = 0;
    this.#length = end;
  }

  /** Zeros up to so many bytes behind a place; false: there are more already. */
  fill(start: number, length: number): boolean {
    const missing = start + length - this.#length;
    if (missing > 0) this.zeros(missing);
    return missing >= 0;
  }

  /** Zeros up to the next multiple of `boundary`. */
  align(boundary: number): void {
    const over = this.#length % boundary;
    if (over !== 0) this.zeros(boundary - over);
  }

  /** Begins a netlink attribute, whose length is not known yet; returns what {@link end} wants to know. */
  begin(type: number): number {
    const at = this.#length;
    if (at + 4 > this.#room) this.#grow(at + 4);
    this.#view.setUint16(at + 2, type, true);
    this.#length = at + 4;
    return at;
  }

  /** Ends a netlink attribute: its length, and zeros up to where the next one begins. */
  end(start: number): void {
    this.#view.setUint16(start, this.#length - start, true);
    if (this.#length % 4 !== 0) this.zeros(4 - (this.#length % 4));
  }

  /** A whole netlink attribute of one byte, and the zeros behind it. */
  u8Attribute(type: number, value: number): void {
    const at = this.#length;
    if (at + 8 > this.#room) this.#grow(at + 8);
    this.#view.setUint32(at, 5 | (type << 16), true);
    this.#view.setUint32(at + 4, value, true);
    this.#length = at + 8;
  }

  /** A whole netlink attribute of 32 bits. */
  u32Attribute(type: number, value: number): void {
    const at = this.#length;
    if (at + 8 > this.#room) this.#grow(at + 8);
    this.#view.setUint32(at, 8 | (type << 16), true);
    this.#view.setUint32(at + 4, value, true);
    this.#length = at + 8;
  }

  /** A whole netlink attribute of text with its NUL. */
  textAttribute(type: number, value: string): void {
    const start = this.begin(type);
    this.text(value);
    this.zeros(1);
    this.end(start);
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

  /** Begins anew. What was written is written over. */
  clear(): void {
    this.#length = 0;
  }

  #grow(needed: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(needed, this.#room * 2));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#room = bytes.length;
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
