import { CnmError } from "../../errors/cnm-error.ts";
import { crc32 } from "./crc32.ts";
import { decodeRecord, type JournalRecord } from "./journal-record.ts";

const NAME = "cnm journal ";
const VERSION = "1";

/** What a journal begins with. */
export const JOURNAL_HEADER = Buffer.from(`${NAME}${VERSION}\n`, "latin1");

/** Before each record: the length of what follows and its CRC-32, little endian. */
export const RECORD_HEAD = 8;

export interface JournalContents {
  /** In their order, each on top of the one before. */
  readonly records: readonly JournalRecord[];
  /** Where the last of them ends: what is behind it never happened. 0: there is not even a header. */
  readonly length: number;
  /** That of the last record. */
  readonly crc: number;
}

/**
 * What a journal says. It ends where a record is cut off, damaged, or not the follower of the one before: that is as far as
 * it got when the process was killed, or as far as it had got to the disk when the power failed. Each CRC goes on from the
 * one before, so that no record of an earlier life, which the file may still hold, is taken for a follower.
 *
 * Throws CnmError `unsupported` "store-version" for the journal of another cnm, `internal` "store-damaged" for what is none.
 */
export function readJournal(bytes: Buffer, path: string): JournalContents {
  if (!hasHeader(bytes, path)) return { records: [], length: 0, crc: 0 };
  const records: JournalRecord[] = [];
  let length = JOURNAL_HEADER.length;
  let crc = 0;
  for (;;) {
    const end = endOfRecord(bytes, length, crc);
    if (end === undefined) return { records, length, crc };
    const record = decodeRecord(bytes.toString("utf8", length + RECORD_HEAD, end));
    if (record === undefined) throw damaged(path, `at byte ${length} is a whole record that says nothing`);
    if (records.length > 0 && record.before !== records.at(-1)?.revision) return { records, length, crc };
    records.push(record);
    crc = bytes.readUInt32LE(length + 4);
    length = end;
  }
}

/** False: it was not written to its end. The disk may have got the file's length and none of its bytes. */
function hasHeader(bytes: Buffer, path: string): boolean {
  const start = bytes.subarray(0, JOURNAL_HEADER.length);
  if (start.equals(JOURNAL_HEADER)) return true;
  if (JOURNAL_HEADER.subarray(0, start.length).equals(start) || bytes.every((byte) => byte === 0)) return false;
  const version = /^cnm journal ([\w.-]{1,20})\n/.exec(bytes.toString("latin1", 0, 40))?.[1];
  if (version === undefined) throw damaged(path, "it does not begin as a journal does");
  const message = `the journal ${path} has format ${version}, and this cnm reads ${VERSION}`;
  throw new CnmError("unsupported", "store-version", `${message}: use what wrote it, or another directory`);
}

function endOfRecord(bytes: Buffer, start: number, before: number): number | undefined {
  const payload = start + RECORD_HEAD;
  if (payload > bytes.length) return undefined;
  const end = payload + bytes.readUInt32LE(start);
  // An empty one is a row of zeros, which is what a disk may hold where nothing has been written.
  if (end === payload || end > bytes.length) return undefined;
  return crc32(bytes, payload, end, before) === bytes.readUInt32LE(start + 4) ? end : undefined;
}

function damaged(path: string, reason: string): CnmError {
  const message = `the journal ${path} is damaged or not a journal: ${reason}`;
  const todo = "put a copy of the whole directory back, or move the journal away to go on without its last changes";
  return new CnmError("internal", "store-damaged", `${message}; ${todo}`);
}
