import { randomUUID } from "node:crypto";
import { CnmError } from "../errors/cnm-error.ts";

/** Six bytes, as on the wire. */
export type MacBytes = Uint8Array;

const TEXT = /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i;
/** IEEE 802: the two lowest bits of the first byte. */
const GROUP = 1;
const LOCAL = 2;

/**
 * The bytes of an interface's MAC address, "02:42:0a:07:00:02" or with dashes.
 * @throws CnmError `invalid` "invalid-mac" for other texts, for group (multicast) addresses and for all zeros.
 */
export function parseMac(text: string): MacBytes {
  const bytes = readMac(text);
  if (typeof bytes !== "string") return bytes;
  throw new CnmError("invalid", "invalid-mac", `${JSON.stringify(text)} is no MAC address for an interface: ${bytes}`);
}

/** {@link parseMac} for callers that gather faults: the bytes, or what is wrong with the text. */
export function readMac(text: string): MacBytes | string {
  if (!TEXT.test(text)) return 'it is not six pairs of hex digits, such as "02:42:0a:07:00:02"';
  const bytes = Uint8Array.from(text.split(/[:-]/), (pair) => Number.parseInt(pair, 16));
  if (((bytes[0] ?? 0) & GROUP) !== 0) return "it is a group (multicast) address";
  if (bytes.every((byte) => byte === 0)) return "it is all zeros";
  return bytes;
}

/** "02:42:0a:07:00:02": lower case, with colons. */
export function formatMac(bytes: MacBytes): string {
  let text = "";
  for (let at = 0; at < bytes.length; at++) {
    const digits = (bytes[at] ?? 0).toString(16);
    text += `${at === 0 ? "" : ":"}${digits.length < 2 ? "0" : ""}${digits}`;
  }
  return text;
}

/** @throws CnmError `invalid` "invalid-mac" */
export const canonicalMac = (text: string): string => formatMac(parseMac(text));

/** A new unicast, locally administered address (46 random bits) in canonical text. */
export function randomMac(random: () => string = twelveRandomDigits): string {
  const digits = random();
  const first = (Number.parseInt(digits.slice(0, 2), 16) & ~GROUP) | LOCAL;
  let text = first < 16 ? `0${first.toString(16)}` : first.toString(16);
  for (let at = 2; at < 12; at += 2) text += `:${digits.slice(at, at + 2)}`;
  return text;
}

/** In hex. The last group of a random UUID is all random. */
const twelveRandomDigits = (): string => randomUUID().slice(-12);
