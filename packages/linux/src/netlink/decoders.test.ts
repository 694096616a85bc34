import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decoder, netlinkDecoders } from "../../../../test/record/decoders.ts";
import { DecodeError } from "./decode-error.ts";

/** The value, or the words of the error that a decoder may throw. */
async function outcome({ decode }: Decoder, bytes: Uint8Array): Promise<unknown> {
  try {
    return await decode(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}

/** The same bytes in the midst of others: a decoder that reads past its input reads poison. */
function amid(bytes: Uint8Array, poison: number): Uint8Array {
  const border = 64;
  const around = new Uint8Array(bytes.length + 2 * border).fill(poison);
  around.set(bytes, border);
  return around.subarray(border, border + bytes.length);
}

async function expectBounded(decoder: Decoder, bytes: Uint8Array): Promise<void> {
  const alone = await outcome(decoder, bytes);
  for (const poison of [0x00, 0x01, 0xff]) expect(await outcome(decoder, amid(bytes, poison))).toEqual(alone);
}

const flipped = (bytes: Uint8Array, flips: readonly (readonly [at: number, bit: number])[]): Uint8Array => {
  const changed = Uint8Array.from(bytes);
  for (const [at, bit] of flips) {
    const index = at % Math.max(changed.length, 1);
    changed[index] = (changed[index] ?? 0) ^ (1 << bit);
  }
  return changed;
};

describe.each(netlinkDecoders())(
  "the decoder of $name throws nothing but DecodeError, and reads only its input",
  (decoder) => {
    it("when all is well", async () => {
      expect(decoder.seeds.length).toBeGreaterThan(0);
      for (const seed of decoder.seeds) await expectBounded(decoder, seed);
    });

    it("when the bytes are any", async () => {
      await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => expectBounded(decoder, bytes)));
    });

    it("when a message is cut off anywhere", async () => {
      const [longest = new Uint8Array()] = [...decoder.seeds].sort((a, b) => b.length - a.length);
      const step = Math.max(1, Math.floor(longest.length / 200));
      for (let length = 0; length < longest.length; length += step)
        await expectBounded(decoder, longest.subarray(0, length));
    });

    it("when bits are flipped", async () => {
      const seed = fc.constantFrom(...decoder.seeds);
      const flips = fc.array(fc.tuple(fc.nat(4096), fc.nat(7)), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(seed, flips, (bytes, changes) => expectBounded(decoder, flipped(bytes, changes))),
      );
    });
  },
);
