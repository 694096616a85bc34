import { UsageError } from "../../errors.ts";

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** What the Engine API takes for a time, a Unix timestamp: from one, from a date, or from how long ago ("1h30m"). */
export function eventTime(text: string, now: number): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  if (/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
    const ago = parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
    return (now / 1000 - ago).toFixed(3);
  }
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new UsageError(`${JSON.stringify(text)} is no time: a date, a Unix timestamp, or how long ago as in 10m`);
  return (time / 1000).toFixed(3);
}
