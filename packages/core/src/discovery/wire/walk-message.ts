import { asBuffer } from "./as-buffer.ts";
import { badMessage } from "./bad-message.ts";
import { HEADER_LENGTH } from "./constants.ts";
import { skipName } from "./skip-name.ts";

/** Where the parts of a message are. */
export interface MessageParts {
  readonly questionEnd: number;
  readonly records: readonly RecordPlace[];
}

export interface RecordPlace {
  readonly section: "answer" | "authority" | "additional";
  readonly start: number;
  readonly end: number;
  readonly type: number;
  readonly ttlAt: number;
}

/**
 * Finds the records of a message with one question, and looks at none of their data.
 * @throws CnmError `invalid` "bad-dns-message"
 */
export function walkMessage(bytes: Uint8Array): MessageParts {
  if (bytes.length < HEADER_LENGTH) throw badMessage("it is shorter than a header");
  const buffer = asBuffer(bytes);
  if (buffer.readUInt16BE(4) !== 1) throw badMessage("it has not one question");
  const questionEnd = skipName(bytes, HEADER_LENGTH) + 4;
  if (questionEnd > bytes.length) throw badMessage("the question does not end");
  const records: RecordPlace[] = [];
  let at = questionEnd;
  for (const [index, section] of SECTIONS.entries()) {
    for (let count = buffer.readUInt16BE(6 + 2 * index); count > 0; count--) {
      const record = placeOf(buffer, at, section);
      records.push(record);
      at = record.end;
    }
  }
  return { questionEnd, records };
}

const SECTIONS = ["answer", "authority", "additional"] as const;
/** Type, class, TTL and the data's length. */
const FIXED = 10;

function placeOf(buffer: Buffer, start: number, section: RecordPlace["section"]): RecordPlace {
  const fixed = skipName(buffer, start);
  if (fixed + FIXED > buffer.length) throw badMessage("a record does not end");
  const end = fixed + FIXED + buffer.readUInt16BE(fixed + 8);
  if (end > buffer.length) throw badMessage("the data of a record does not end");
  return { section, start, end, type: buffer.readUInt16BE(fixed), ttlAt: fixed + 4 };
}
