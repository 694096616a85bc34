import { expect, it } from "vitest";
import { readDuration } from "./read-duration.ts";

it.each([
  ["30s", 30_000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  ["250us", 0.25],
  ["90", 90_000],
  ["0", 0],
  ["0s", 0],
  ["", undefined],
  ["-1s", undefined],
  ["1d", undefined],
  ["1m 30s", undefined],
  ["s", undefined],
  ["30s30", undefined],
])("%j is %j milliseconds", (text, milliseconds) => {
  expect(readDuration(text)).toBe(milliseconds);
});
