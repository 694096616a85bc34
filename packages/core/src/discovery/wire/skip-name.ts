import { badMessage } from "./bad-message.ts";
import { LONGEST_LABEL, LONGEST_NAME } from "./constants.ts";

/** Where the name at `at` ends: behind the root's zero or behind a pointer. Pointers are not followed. */
export function skipName(bytes: Uint8Array, at: number): number {
  for (let next = at; next - at < LONGEST_NAME; ) {
    const length = bytes[next];
    if (length === undefined) break;
    if (length === 0) return next + 1;
    if (length >= 0xc0) {
      if (next + 2 > bytes.length) break;
      return next + 2;
    }
    if (length > LONGEST_LABEL) throw badMessage("a name has a label of an unknown kind");
    next += length + 1;
  }
  throw badMessage("a name does not end");
}

/** Where an uncompressed name ends; undefined for any other. */
export function plainNameEnd(bytes: Uint8Array, at: number): number | undefined {
  for (let next = at; next - at < LONGEST_NAME; ) {
    const length = bytes[next];
    if (length === undefined || length > LONGEST_LABEL) return undefined;
    if (length === 0) return next + 1;
    next += length + 1;
  }
  return undefined;
}
