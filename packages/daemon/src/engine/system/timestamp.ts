import { CnmError } from "@cnm/core";

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

/**
 * Nanoseconds since 1970 of what Docker's clients write: seconds with a fraction, a date, or a time span before now.
 * @throws CnmError `invalid`
 */
export function readTimestamp(text: string, now: number): bigint {
  const unix = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text);
  if (unix !== null) return BigInt(unix[1] ?? "0") * 1_000_000_000n + BigInt((unix[2] ?? "").padEnd(9, "0"));
  const span = readSpan(text);
  if (span !== undefined) return BigInt(Math.round(now - span)) * 1_000_000n;
  const date = Date.parse(text);
  if (!Number.isNaN(date) && /^\d{4}-\d\d-\d\d/.test(text)) return BigInt(date) * 1_000_000n;
  throw new CnmError("invalid", "bad-time", `failed to parse value as time or duration: ${JSON.stringify(text)}`);
}

/** "1h30m" in milliseconds. */
function readSpan(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    sum += Number(number) * (UNITS[unit] ?? 0);
  }
  return sum;
}
