import type { ByteWriter } from "../netlink/byte-writer.ts";

const DOT = 46;

/**
 * Addresses between the canonical text that plans hold and the bytes that the kernel wants. Inside, texts have been checked
 * already, so this only converts: a join does it a dozen times.
 */
export function ipBytes(text: string): Uint8Array {
  return text.includes(":") ? ipv6Bytes(text) : ipv4Bytes(text);
}

/** {@link ipBytes} straight into a message. */
export function writeIp(out: ByteWriter, text: string): void {
  if (text.includes(":")) {
    out.bytes(ipv6Bytes(text));
    return;
  }
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      out.u8(value);
      value = 0;
    } else value = value * 10 + (code - 48);
  }
  out.u8(value);
}

function ipv4Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(4);
  let at = 0;
  let value = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      bytes[at++] = value;
      value = 0;
    } else value = value * 10 + (code - 48);
  }
  bytes[at] = value;
  return bytes;
}

function ipv6Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(16);
  const [head = "", tail] = text.split("::");
  const write = (groups: readonly number[], from: number): void => {
    for (const [index, group] of groups.entries()) {
      bytes[from + index * 2] = group >> 8;
      bytes[from + index * 2 + 1] = group & 0xff;
    }
  };
  write(ipv6Groups(head), 0);
  if (tail !== undefined) {
    const groups = ipv6Groups(tail);
    write(groups, 16 - groups.length * 2);
  }
  return bytes;
}

function ipv6Groups(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => {
    if (!group.includes(".")) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = ipv4Bytes(group);
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** Canonical text (RFC 5952) of 4 or 16 bytes. */
export function ipText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join(".") : ipv6Text(bytes);
}

function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0));
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) return `::ffff:${bytes.subarray(12).join(".")}`;
  const [start, length] = longestZeros(groups);
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): readonly [start: number, length: number] {
  let best: readonly [number, number] = [0, 0];
  let run = 0;
  for (const [at, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best[1]) best = [at - run + 1, run];
  }
  return best;
}

/** "10.7.0.2/24" → bytes and 24. */
export function splitPrefix(text: string): { readonly bytes: Uint8Array; readonly length: number } {
  const slash = text.indexOf("/");
  return { bytes: ipBytes(text.slice(0, slash)), length: Number(text.slice(slash + 1)) };
}

/** AF_INET or AF_INET6 for bytes of an address. */
export const familyOf = (bytes: Uint8Array): 2 | 10 => (bytes.length === 4 ? 2 : 10);

/** {@link macBytes} straight into a message. */
export function writeMac(out: ByteWriter, text: string): void {
  for (let at = 0; at < text.length; at += 3) out.u8((hexDigit(text, at) << 4) | hexDigit(text, at + 1));
}

/** Of a canonical text: lower case. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

export function macBytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}

export function macText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}
