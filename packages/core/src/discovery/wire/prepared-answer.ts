import { asBuffer } from "./as-buffer.ts";
import { FLAG_TC, HEADER_LENGTH } from "./constants.ts";
import { lowerCase } from "./question-key.ts";

/** An answer for everybody who asks the same, however they write it. */
export interface PreparedAnswer {
  /** With the id and the letters' case of whoever asked first. Names of records are pointers to the question. */
  readonly bytes: Uint8Array;
  readonly questionEnd: number;
  /** Where each answer record begins, and where the last one ends. */
  readonly recordsAt: readonly number[];
}

export interface Asker {
  /** The query, of which the id and the question are taken. */
  readonly bytes: Uint8Array;
  readonly questionEnd: number;
}

/**
 * The answer for one client: its id, its question letter by letter, its records beginning with any of them. Where `limit`
 * is too small for all, it has as many as fit, and the bit that says so.
 */
export function finishAnswer(prepared: PreparedAnswer, asker: Asker, limit: number, random: () => number): Uint8Array {
  const count = prepared.recordsAt.length - 1;
  const out =
    count < 2 && prepared.bytes.length <= limit
      ? Buffer.from(prepared.bytes)
      : withRecords(prepared, Math.floor(random() * count), limit);
  out[0] = asker.bytes[0] ?? 0;
  out[1] = asker.bytes[1] ?? 0;
  out.set(asker.bytes.subarray(HEADER_LENGTH, asker.questionEnd), HEADER_LENGTH);
  return out;
}

/** Whether an answer to the one question is an answer to the other: they differ in the case of letters at most. */
export function sameQuestion(a: Asker, b: Asker): boolean {
  if (a.questionEnd !== b.questionEnd) return false;
  for (let at = HEADER_LENGTH; at < a.questionEnd; at++) {
    // Type and class are numbers, which letters' case is none of.
    const fold = at < a.questionEnd - 4 ? lowerCase : same;
    if (fold(a.bytes[at] ?? 0) !== fold(b.bytes[at] ?? 0)) return false;
  }
  return true;
}

const same = (byte: number): number => byte;

function withRecords({ bytes, questionEnd, recordsAt }: PreparedAnswer, first: number, limit: number): Buffer {
  const count = recordsAt.length - 1;
  const tail = bytes.subarray(recordsAt[count] ?? bytes.length);
  const out = Buffer.alloc(Math.min(bytes.length, limit));
  let end = questionEnd;
  let written = 0;
  for (; written < count; written++) {
    const index = (first + written) % count;
    const record = bytes.subarray(recordsAt[index] ?? 0, recordsAt[index + 1] ?? 0);
    if (end + record.length + tail.length > out.length) break;
    out.set(record, end);
    end += record.length;
  }
  out.set(bytes.subarray(0, questionEnd));
  out.set(tail, end);
  asBuffer(out).writeUInt16BE(written, 6);
  if (written < count) out.writeUInt16BE(out.readUInt16BE(2) | FLAG_TC, 2);
  return out.subarray(0, end + tail.length);
}
