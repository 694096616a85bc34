import type { ByteWriter } from "../netlink/byte-writer.ts";

/** NFTNL_UDATA_RULE_COMMENT, NFTNL_UDATA_SET_ELEM_COMMENT: both 0. */
const COMMENT = 0;
const MAX_COMMENT = 127;

/** NFTNL_UDATA_SET_KEYBYTEORDER, and what stands for the host's order there. */
const KEY_BYTE_ORDER = 0;
const HOST_ORDER = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A comment as nft keeps it: type, length, text with its NUL. */
export function commentData(comment: string): Uint8Array {
  const text = encoder.encode(comment);
  if (text.length > MAX_COMMENT) throw tooLong(text.length, comment);
  const bytes = new Uint8Array(text.length + 3);
  bytes[0] = COMMENT;
  bytes[1] = text.length + 1;
  bytes.set(text, 2);
  return bytes;
}

/** {@link commentData} straight into a message. */
export function writeComment(out: ByteWriter, comment: string): void {
  const start = out.length;
  out.zeros(2);
  out.text(comment);
  out.zeros(1);
  const length = out.length - start - 2;
  if (length > MAX_COMMENT + 1) throw tooLong(length - 1, comment);
  out.patchU16(start, COMMENT | (length << 8));
}

/** Tells `nft list` how to read the keys of a set. */
export function hostOrderData(): Uint8Array {
  return Uint8Array.of(KEY_BYTE_ORDER, 4, HOST_ORDER, 0, 0, 0);
}

const tooLong = (length: number, comment: string): TypeError =>
  new TypeError(`a comment of ${length} bytes, ${MAX_COMMENT} at most: ${comment}`);

/** The comment in userdata that anybody wrote; "" when there is none. */
export function readComment(userdata: Uint8Array | undefined): string {
  let at = 0;
  while (userdata !== undefined && at + 2 <= userdata.length) {
    const length = userdata[at + 1] ?? 0;
    const value = userdata.subarray(at + 2, at + 2 + length);
    if (userdata[at] === COMMENT) return decoder.decode(value.at(-1) === 0 ? value.subarray(0, -1) : value);
    at += 2 + length;
  }
  return "";
}
