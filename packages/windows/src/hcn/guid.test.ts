import fc from "fast-check";
import { expect, it } from "vitest";
import { guidBytes, guidText } from "../ffi/guid-bytes.ts";
import { guid, guidOf, isGuid, newGuid } from "./guid.ts";

it("takes GUIDs in any case, with braces and without, and nothing else", () => {
  const text = "0f5b0b2c-1a2b-4c3d-8e9f-a0b1c2d3e4f5";
  expect([text, text.toUpperCase(), `{${text}}`].map(guid)).toEqual([text, text, text]);
  for (const other of ["", "web", text.slice(1), `${text}0`, text.replaceAll("-", "")]) {
    expect(isGuid(other)).toBe(false);
    expect(() => guid(other)).toThrow(expect.objectContaining({ kind: "invalid", code: "guid" }));
  }
});

it("is the same for the same text, and different for others", () => {
  expect(guidOf("cnm:network:1")).toBe(guidOf("cnm:network:1"));
  expect(guidOf("cnm:network:1")).not.toBe(guidOf("cnm:network:2"));
  expect(guidOf("")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newGuid()).not.toBe(newGuid());
});

it("is three numbers and eight bytes in C", () => {
  const bytes = guidBytes("00112233-4455-6677-8899-aabbccddeeff");
  expect(Buffer.from(bytes).toString("hex")).toBe("33221100554477668899aabbccddeeff");
  fc.assert(fc.property(fc.uuid(), (text) => guidText(guidBytes(text)) === text));
});
