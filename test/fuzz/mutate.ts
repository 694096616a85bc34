import { below, pick, several } from "./pick.ts";
import type { Random } from "./target.ts";

/** Lengths and signs go wrong at these. */
const EDGES = [0x00, 0x01, 0x03, 0x04, 0x05, 0x7f, 0x80, 0xfe, 0xff];

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const flipBit: Mutation = (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << below(random, 8)));
const setEdge: Mutation = (bytes, random) => changed(bytes, random, () => pick(random, EDGES));
const cutOff: Mutation = (bytes, random) => bytes.slice(0, below(random, bytes.length + 1));
const cutOut: Mutation = (bytes, random) => {
  const at = below(random, bytes.length + 1);
  return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 8)));
};
const insert: Mutation = (bytes, random) => {
  const at = below(random, bytes.length + 1);
  const more = Uint8Array.from(several(random, 12, () => below(random, 256)));
  return joined(bytes.subarray(0, at), more, bytes.subarray(at));
};
const repeat: Mutation = (bytes, random) => {
  const from = below(random, bytes.length + 1);
  const part = bytes.subarray(from, from + below(random, 64));
  return joined(bytes, ...Array.from({ length: 1 + below(random, 40) }, () => part));
};
/** A length in the place of a length: what attributes begin with. */
const setLength: Mutation = (bytes, random) => {
  const copy = Uint8Array.from(bytes);
  const at = below(random, Math.floor(copy.length / 4) + 1) * 4;
  if (at + 2 <= copy.length) new DataView(copy.buffer).setUint16(at, below(random, 80), true);
  return copy;
};

const MUTATIONS = [flipBit, flipBit, setEdge, setEdge, setLength, setLength, cutOff, cutOut, insert, repeat];

/** The bytes with a few things wrong. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated = bytes;
  for (let count = 1 + below(random, 5); count > 0; count--) mutated = pick(random, MUTATIONS)(mutated, random);
  return mutated;
}

function changed(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = below(random, copy.length);
  if (copy.length > 0) copy[at] = change(copy[at] ?? 0);
  return copy;
}

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
