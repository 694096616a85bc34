import { mutate } from "./mutate.ts";
import { below, pick, several } from "./pick.ts";
import type { Random } from "./target.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const toText = (input: Uint8Array): string => decoder.decode(input);
export const toBytes = (text: string): Uint8Array => encoder.encode(text);

/** A grammar of one level: pieces in any number and order, out of which texts of the right look come often enough. */
export function textOf(random: Random, pieces: readonly string[], most = 12): string {
  const text = several(random, most, () => pick(random, pieces)).join("");
  return random() < 0.3 ? toText(mutate(toBytes(text), random)) : text;
}

/** Texts that mean something to JavaScript, to the kernel or to a terminal. */
const STRANGE = [
  "",
  " ",
  "\0",
  "\n",
  "__proto__",
  "constructor",
  "toString",
  "..",
  "/",
  "é",
  "💥",
  "\ud800",
  "%s",
  "-1",
  "0x10",
];

const ADDRESSES = [
  "10.7.0.2",
  "10.7.0.2/24",
  "10.7.0.0/24",
  "fd07::2",
  "fd07::/64",
  "fd07::2/64",
  "0.0.0.0",
  "::",
  "::1",
  "127.0.0.1",
];
const WORDS = [
  "true",
  "false",
  "1",
  "0",
  "eth0",
  "br0",
  "tcp",
  "80",
  "8080:80",
  "02:42:0a:07:00:02",
  "nat",
  "routed",
  "x".repeat(300),
];

export const someText = (random: Random): string =>
  random() < 0.2
    ? textOf(random, [...STRANGE, ...ADDRESSES, ...WORDS], 4)
    : pick(random, pick(random, [STRANGE, ADDRESSES, WORDS]));

/** Any value that JSON can carry. */
export function someValue(random: Random, depth = 3): unknown {
  const kind = below(random, depth > 0 ? 8 : 6);
  if (kind < 3) return someText(random);
  if (kind === 3) return pick(random, [0, 1, -1, 80, 65_535, 65_536, 1.5, 1e300, -0]);
  if (kind === 4) return random() < 0.5;
  if (kind === 5) return null;
  if (kind === 6) return several(random, 4, () => someValue(random, depth - 1));
  return Object.fromEntries(several(random, 4, () => [someText(random), someValue(random, depth - 1)]));
}
