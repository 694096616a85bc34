import type { BenchRow } from "../report.ts";

export function ratio(name: string, value: number, limit: number, bound: "at most" | "at least"): BenchRow {
  const met = bound === "at most" ? value <= limit : value >= limit;
  return { name, value, unit: "×", target: `${bound === "at most" ? "≤" : "≥"} ${limit} ×`, met };
}
