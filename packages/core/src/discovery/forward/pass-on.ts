import { asBuffer } from "../wire/as-buffer.ts";
import { FLAG_TC, HEADER_LENGTH } from "../wire/constants.ts";
import { optRecord } from "../wire/header-answer.ts";
import type { Query } from "../wire/query.ts";
import type { RecordPlace } from "../wire/walk-message.ts";
import { type AnswerOptions, answerLimit, writeAnswer } from "../wire/write-answer.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";

/**
 * An answer from elsewhere for one client: its id, its question letter by letter, its EDNS or none, and no longer than it
 * takes. Records are passed on as they are, older by some seconds.
 */
export function passOn(answer: UpstreamAnswer, query: Query, options: AnswerOptions, ageSeconds = 0): Uint8Array {
  // A client without EDNS has no words for it (RFC 6891 §7).
  if (answer.rcode > 15 && query.edns === undefined) return writeAnswer(query, SERVFAIL, options);
  const { bytes, parts, opt, rcode } = answer;
  const ours =
    query.edns === undefined
      ? Buffer.alloc(0)
      : asBuffer(optRecord({ udpSize: options.udpSize, rcode, dnssecOk: query.edns.dnssecOk }));
  // Names may point backwards only, so that everything up to a record stays readable without it.
  const candidates = opt === undefined ? parts.records : parts.records.filter(({ end }) => end <= opt.start);
  const kept = thatFit(candidates, answerLimit(query, options) - ours.length);
  const end = kept.at(-1)?.end ?? parts.questionEnd;

  const out = Buffer.concat([asBuffer(bytes).subarray(0, end), ours]);
  out.set(query.bytes.subarray(0, 2));
  out.set(query.bytes.subarray(HEADER_LENGTH, query.questionEnd), HEADER_LENGTH);
  out.writeUInt16BE(count(kept, "answer"), 6);
  out.writeUInt16BE(count(kept, "authority"), 8);
  out.writeUInt16BE(count(kept, "additional") + (ours.length > 0 ? 1 : 0), 10);
  const truncated = candidates.slice(kept.length).some(({ section }) => section !== "additional");
  if (truncated) out.writeUInt16BE(out.readUInt16BE(2) | FLAG_TC, 2);
  for (const { ttlAt } of kept) out.writeUInt32BE(Math.max(0, out.readUInt32BE(ttlAt) - ageSeconds), ttlAt);
  return out;
}

const SERVFAIL = { type: "refuse", rcode: "SERVFAIL" } as const;

function thatFit(records: readonly RecordPlace[], limit: number): readonly RecordPlace[] {
  const first = records.findIndex(({ end }) => end > limit);
  return first < 0 ? records : records.slice(0, first);
}

const count = (records: readonly RecordPlace[], section: RecordPlace["section"]): number =>
  records.filter((record) => record.section === section).length;
