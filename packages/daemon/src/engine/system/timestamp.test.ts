import { describe, expect, it } from "vitest";
import { readTimestamp } from "./timestamp.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const MS = 1_000_000n;

describe("readTimestamp", () => {
  it.each([
    ["1136073600", 1_136_073_600_000_000_000n],
    ["1136073600.000000001", 1_136_073_600_000_000_001n],
    ["1136073600.5", 1_136_073_600_500_000_000n],
    ["2026-01-02T03:04:05Z", BigInt(NOW) * MS],
    ["1h30m", BigInt(NOW - 5_400_000) * MS],
    ["10ms", BigInt(NOW - 10) * MS],
    ["0", 0n],
  ])("%s", (text, wanted) => expect(readTimestamp(text, NOW)).toBe(wanted));

  it.each(["", "yesterday", "1x", "-1", "1.2.3", "2026-13-45"])("refuses %s", (text) =>
    expect(() => readTimestamp(text, NOW)).toThrow("failed to parse value as time or duration"),
  );
});
