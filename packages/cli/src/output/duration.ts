const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time span in Docker's words: "About a minute", "3 hours". */
export function humanDuration(span: number): string {
  const hours = Math.round(span / HOUR);
  if (span < SECOND) return "Less than a second";
  if (span < 2 * SECOND) return "1 second";
  if (span < MINUTE) return `${Math.floor(span / SECOND)} seconds`;
  if (span < 2 * MINUTE) return "About a minute";
  if (span < HOUR) return `${Math.floor(span / MINUTE)} minutes`;
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  if (hours < 14 * 24) return `${Math.floor(hours / 24)} days`;
  if (hours < 60 * 24) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 730 * 24) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(span / (365 * DAY))} years`;
}
