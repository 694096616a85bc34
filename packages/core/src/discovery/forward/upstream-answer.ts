import { asBuffer } from "../wire/as-buffer.ts";
import { FLAG_QR, FLAG_TC, OPCODE_MASK, RCODE_MASK, TYPE_OPT } from "../wire/constants.ts";
import { sameQuestion } from "../wire/prepared-answer.ts";
import type { Query } from "../wire/query.ts";
import { type MessageParts, type RecordPlace, walkMessage } from "../wire/walk-message.ts";

/** What a name server said, read as far as we need it. */
export interface UpstreamAnswer {
  readonly bytes: Uint8Array;
  readonly parts: MessageParts;
  /** With the bits that EDNS adds. */
  readonly rcode: number;
  readonly truncated: boolean;
  readonly opt: RecordPlace | undefined;
}

/** The answer to this query under this id; undefined for all other bytes, which somebody else may have sent. */
export function readUpstreamAnswer(bytes: Uint8Array, query: Query, id: number): UpstreamAnswer | undefined {
  const parts = tryWalk(bytes);
  if (parts === undefined) return undefined;
  const buffer = asBuffer(bytes);
  const flags = buffer.readUInt16BE(2);
  if (buffer.readUInt16BE(0) !== id || (flags & FLAG_QR) === 0 || (flags & OPCODE_MASK) !== 0) return undefined;
  if (!sameQuestion({ bytes, questionEnd: parts.questionEnd }, query)) return undefined;
  const opt = parts.records.find(({ section, type }) => section === "additional" && type === TYPE_OPT);
  const extended = opt === undefined ? 0 : buffer.readUInt8(opt.ttlAt) << 4;
  return { bytes, parts, rcode: extended | (flags & RCODE_MASK), truncated: (flags & FLAG_TC) !== 0, opt };
}

function tryWalk(bytes: Uint8Array): MessageParts | undefined {
  try {
    return walkMessage(bytes);
  } catch {
    // It throws for bad bytes only, and these are no answer, whoever sent them.
    return undefined;
  }
}
