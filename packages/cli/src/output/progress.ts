import type { Io } from "../io.ts";

const PATIENCE_MS = 1000;
const CLEAR_LINE = "\r\x1b[K";

/** Says on stderr what is waited for, once that takes longer than a second and somebody watches; takes it away at the end. */
export async function withProgress<T>(io: Io, what: string, work: Promise<T>): Promise<T> {
  if (!io.watched) return await work;
  let shown = false;
  const timer = setTimeout(() => {
    shown = true;
    io.err(`${what}…`);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (shown) io.err(CLEAR_LINE);
  }
}
