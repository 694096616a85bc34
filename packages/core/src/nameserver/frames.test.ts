import fc from "fast-check";
import { expect, it } from "vitest";
import { FrameReader, frame } from "./frames.ts";

const messages = fc.array(fc.uint8Array({ minLength: 12, maxLength: 600 }), { maxLength: 12 });

it("gives back every message, however the stream is cut", () => {
  fc.assert(
    fc.property(messages, fc.infiniteStream(fc.integer({ min: 1, max: 700 })), (sent, sizes) => {
      const stream = Buffer.concat(sent.map(frame));
      const reader = new FrameReader();
      const got: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const size = sizes.next().value ?? 1;
        reader.push(stream.subarray(at, at + size));
        at += size;
        for (let next = reader.next(); next instanceof Uint8Array; next = reader.next()) got.push(next);
      }
      expect(got.map((bytes) => [...bytes])).toEqual(sent.map((bytes) => [...bytes]));
      expect(reader.next()).toBeUndefined();
    }),
  );
});

it("knows lengths that no message has before the message is there", () => {
  const shorter = new FrameReader();
  shorter.push(Uint8Array.of(0, 11));
  expect(shorter.next()).toBe("broken");
  const longer = new FrameReader(4096);
  longer.push(Uint8Array.of(0x10, 0x01));
  expect(longer.next()).toBe("broken");
  const longest = new FrameReader(4096);
  longest.push(Uint8Array.of(0x10, 0x00));
  expect(longest.next()).toBeUndefined();
});

it("takes a message with its length apart from its first byte", () => {
  const reader = new FrameReader();
  const message = new Uint8Array(12).fill(7);
  for (const byte of frame(message)) {
    expect(reader.next()).toBeUndefined();
    reader.push(Uint8Array.of(byte));
  }
  expect([...(reader.next() ?? [])]).toEqual([...message]);
});
