/** One line of a benchmark's table. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** In words: "≤ 1.6 × floor". Absent: shown for comparison only. */
  readonly target?: string;
  readonly met?: boolean;
}

/**
 * Runs a benchmark as a program: a table, then one last line `N of M targets met`. `--json`: one document instead.
 * Exit status 1 when a target is missed.
 */
export async function report(title: string, measure: () => Promise<readonly BenchRow[]>): Promise<void> {
  const rows = await measure();
  const judged = rows.filter((row) => row.met !== undefined);
  const met = judged.filter((row) => row.met === true).length;
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ title, rows, targets: judged.length, met }));
  } else {
    console.log(title);
    for (const row of rows) console.log(line(row));
    console.log(`${met} of ${judged.length} targets met`);
  }
  if (met < judged.length) process.exitCode = 1;
}

function line(row: BenchRow): string {
  const verdict = row.met === undefined ? "" : row.met ? `met     ${row.target}` : `MISSED  ${row.target}`;
  return `  ${row.name.padEnd(58)} ${digits(row.value).padStart(12)} ${row.unit.padEnd(10)} ${verdict}`.trimEnd();
}

const digits = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

export async function timed(body: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}
