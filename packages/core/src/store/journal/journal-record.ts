import type { Stored, Writes } from "../backend.ts";

/** One write of a backend. */
export interface JournalRecord {
  /** The revision that it stands on. */
  readonly before: number;
  readonly revision: number;
  readonly writes: Writes;
}

/** Lengths are those of the strings. Without a text's: deleted. */
type Head = readonly [key: number] | readonly [key: number, revision: number, text: number, lease?: string];

/** A line of JSON that says what there is, and behind it each key and the text of its value. */
export function encodeRecord({ before, revision, writes }: JournalRecord): string {
  let heads = "";
  let texts = "";
  for (const [key, stored] of writes) {
    heads += heads === "" ? encodeHead(key, stored) : `,${encodeHead(key, stored)}`;
    texts += stored === undefined ? key : key + stored.text;
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
  for (const [keyLength, written, length = 0, lease] of heads) {
    const key = payload.slice(at, at + keyLength);
    const text = payload.slice(at + keyLength, at + keyLength + length);
    writes.set(key, written === undefined ? undefined : toStored(text, written, lease));
    at += keyLength + length;
  }
  return at === payload.length ? { before, revision, writes } : undefined;
}

function encodeHead(key: string, stored: Stored | undefined): string {
  if (stored === undefined) return `[${key.length}]`;
  const { revision, text, lease } = stored;
  if (lease === undefined) return `[${key.length},${revision},${text.length}]`;
  return `[${key.length},${revision},${text.length},${JSON.stringify(lease)}]`;
}

function toStored(text: string, revision: number, lease: string | undefined): Stored {
  return lease === undefined ? { text, revision } : { text, revision, lease };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHead(value: unknown): value is Head {
  if (!Array.isArray(value) || !isCount(value[0])) return false;
  const [, revision, length, lease]: readonly unknown[] = value;
  if (value.length === 1) return true;
  return value.length <= 4 && isCount(revision) && isCount(length) && (value.length < 4 || typeof lease === "string");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
