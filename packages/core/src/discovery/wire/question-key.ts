import { asBuffer } from "./as-buffer.ts";
import { EDNS_DO, FLAG_CD, FLAG_RD, HEADER_LENGTH, OPT_LENGTH, SMALLEST_UDP, TYPE_OPT } from "./constants.ts";
import { plainNameEnd } from "./skip-name.ts";

/** What answers depend on, of a query. */
export interface QuestionKey {
  /** The same for queries that get the same answer but for their id, the case of their letters, and its length. */
  readonly key: string;
  /** Where the question section ends. */
  readonly questionEnd: number;
  /** The longest answer over UDP that the client takes. */
  readonly udpSize: number;
}

/**
 * The key of a query as nearly all clients send them: one question, and no record but an OPT without options. Undefined
 * for others, good or bad: those are for {@link readQuery}.
 */
export function questionKey(bytes: Uint8Array): QuestionKey | undefined {
  if (bytes.length < HEADER_LENGTH) return undefined;
  const flags = uint16(bytes, 2);
  // Bits that a query may have set: recursion desired, checking disabled, authentic data.
  if ((flags & ~0x0130) !== 0 || uint16(bytes, 4) !== 1) return undefined;
  if (uint16(bytes, 6) !== 0 || uint16(bytes, 8) !== 0) return undefined;
  const nameEnd = plainNameEnd(bytes, HEADER_LENGTH);
  if (nameEnd === undefined) return undefined;
  const questionEnd = nameEnd + 4;
  const additionals = uint16(bytes, 10);
  if (additionals > 1 || bytes.length !== questionEnd + additionals * OPT_LENGTH) return undefined;
  if (additionals === 1 && !isPlainOpt(bytes, questionEnd)) return undefined;

  const recursion = (flags & FLAG_RD) >> 8;
  const edns = additionals === 0 ? 0 : 1 + ((uint16(bytes, questionEnd + 7) & EDNS_DO) >> 14);
  const rest = [uint16(bytes, nameEnd), uint16(bytes, nameEnd + 2), recursion | (flags & FLAG_CD) | (edns << 8)];
  const udpSize = additionals === 0 ? SMALLEST_UDP : Math.max(SMALLEST_UDP, uint16(bytes, questionEnd + 3));
  return { key: foldedName(bytes, nameEnd) + String.fromCharCode(...rest), questionEnd, udpSize };
}

/** One character a byte. */
function foldedName(bytes: Uint8Array, end: number): string {
  const text = asBuffer(bytes).toString("latin1", HEADER_LENGTH, end);
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** Lengths of labels are below all letters. */
export const lowerCase = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte);

/** The root's name, type OPT, version 0, no options. */
function isPlainOpt(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0 && uint16(bytes, at + 1) === TYPE_OPT && bytes[at + 6] === 0 && uint16(bytes, at + 9) === 0;
}

const uint16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
