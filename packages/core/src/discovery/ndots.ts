/** The value of the last "ndots:N" among options of resolv.conf(5); undefined where none says a number. */
export function readNdots(options: readonly string[]): number | undefined {
  const values = options.flatMap((option) => /^ndots:(\d{1,3})$/.exec(option)?.[1] ?? []);
  const last = values.at(-1);
  return last === undefined ? undefined : Math.min(Number(last), MOST_NDOTS);
}

/** What the C library makes of a higher one. */
const MOST_NDOTS = 15;
