import { expect, it } from "vitest";
import { readSignal } from "./read-signal.ts";

it("knows signals by name and number", () => {
  expect(["SIGTERM", "term", "15", "sigkill", "KILL"].map(readSignal)).toEqual([15, 15, 15, 9, 9]);
  for (const text of ["FOO", "", "99", "-9", "SIG"]) expect(() => readSignal(text)).toThrow(`Invalid signal: ${text}`);
});
