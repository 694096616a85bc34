import type { Stored, Writes } from "../backend.ts";

/** One write of a backend. */
export interface JournalRecord {
  /** The revision that it stands on. */
  readonly before: number;
  readonly revision: number;
  readonly writes: Writes;
}

/** [key]: deleted. The text's length is that of its string. */
type Head = readonly [key: string] | readonly [key: string, revision: number, length: number, lease?: string];

/** A line of JSON that says what there is, and behind it the values' texts, one after the other. */
export function encodeRecord({ before, revision, writes }: JournalRecord): string {
  let heads = "";
  let texts = "";
  for (const [key, stored] of writes) {
    heads += heads === "" ? encodeHead(key, stored) : `,${encodeHead(key, stored)}`;
    if (stored !== undefined) texts += stored.text;
  }
  return `[${before},${revision},[${heads}]]\n${texts}`;
}

/** Undefined: no record. */
export function decodeRecord(payload: string): JournalRecord | undefined {
  const line = payload.indexOf("\n");
  const head = parse(payload.slice(0, Math.max(line, 0)));
  if (!Array.isArray(head) || head.length !== 3) return undefined;
  const [before, revision, heads]: readonly unknown[] = head;
  if (!isCount(before) || !isCount(revision) || revision <= before) return undefined;
  if (!Array.isArray(heads) || !heads.every(isHead)) return undefined;
  const writes = new Map<string, Stored | undefined>();
  let at = line + 1;
  for (const [key, written, length, lease] of heads) {
    if (written === undefined || length === undefined) {
      writes.set(key, undefined);
      continue;
    }
    const text = payload.slice(at, at + length);
    writes.set(key, lease === undefined ? { text, revision: written } : { text, revision: written, lease });
    at += length;
  }
  return at === payload.length ? { before, revision, writes } : undefined;
}

function encodeHead(key: string, stored: Stored | undefined): string {
  if (stored === undefined) return `[${JSON.stringify(key)}]`;
  const { revision, text, lease } = stored;
  const start = `[${JSON.stringify(key)},${revision},${text.length}`;
  return lease === undefined ? `${start}]` : `${start},${JSON.stringify(lease)}]`;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is Head {
  if (!Array.isArray(value) || typeof value[0] !== "string") return false;
  const [, revision, length, lease]: readonly unknown[] = value;
  if (value.length === 1) return true;
  return value.length <= 4 && isCount(revision) && isCount(length) && (value.length < 4 || typeof lease === "string");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
