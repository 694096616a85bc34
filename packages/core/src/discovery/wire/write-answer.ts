import dnsPacket from "dns-packet";
import type { AnswerRecord, Verdict } from "../verdict.ts";
import { asBuffer } from "./as-buffer.ts";
import {
  FLAG_AA,
  FLAG_CD,
  FLAG_QR,
  FLAG_RA,
  FLAG_RD,
  HEADER_LENGTH,
  LARGEST_TCP,
  RCODE,
  type RcodeName,
} from "./constants.ts";
import { optRecord, serverUdpSize } from "./header-answer.ts";
import { finishAnswer, type PreparedAnswer } from "./prepared-answer.ts";
import type { Query } from "./query.ts";

/** What is decided here, and not by a name server elsewhere. */
export type LocalVerdict = Exclude<Verdict, { readonly type: "forward" }>;

export interface AnswerOptions {
  /** What we take and send over UDP at most: 512 to 4,096 bytes. Default: 1,232. */
  readonly udpSize?: number | undefined;
  /** Default: "udp" */
  readonly transport?: "udp" | "tcp";
}

/** The bytes of an answer: as many records as the client takes, and TC where these are not all. */
export function writeAnswer(query: Query, verdict: LocalVerdict, options: AnswerOptions = {}): Uint8Array {
  return finishAnswer(prepareAnswer(query, verdict, options), query, answerLimit(query, options), () => 0);
}

/** The longest answer that may be sent. */
export const answerLimit = ({ udpSize }: Pick<Query, "udpSize">, options: AnswerOptions): number =>
  options.transport === "tcp" ? LARGEST_TCP : Math.min(udpSize, serverUdpSize(options.udpSize));

/** An answer with all records, for {@link finishAnswer}. */
export function prepareAnswer(query: Query, verdict: LocalVerdict, options: AnswerOptions = {}): PreparedAnswer {
  const records = verdict.type === "answer" ? verdict.records.slice(0, MOST_RECORDS).map(recordBytes) : [];
  const opt = query.edns === undefined ? [] : [optRecord({ udpSize: options.udpSize, dnssecOk: query.edns.dnssecOk })];
  const head = Buffer.from(query.bytes.subarray(0, query.questionEnd));
  head.writeUInt16BE(flagsOf(query, verdict), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt16BE(opt.length, 10);
  const recordsAt = [query.questionEnd];
  for (const record of records) recordsAt.push((recordsAt.at(-1) ?? 0) + record.length);
  return { bytes: Buffer.concat([head, ...records, ...opt]), questionEnd: query.questionEnd, recordsAt };
}

/** More of them, each with 16 bytes or more, fit in no message. */
const MOST_RECORDS = 4096;

function flagsOf({ recursionDesired, checkingDisabled }: Query, verdict: LocalVerdict): number {
  const authoritative = verdict.type === "refuse" ? 0 : FLAG_AA;
  const asked = (recursionDesired ? FLAG_RD : 0) | (checkingDisabled ? FLAG_CD : 0);
  return FLAG_QR | FLAG_RA | authoritative | asked | RCODE[rcodeOf(verdict)];
}

function rcodeOf(verdict: LocalVerdict): RcodeName {
  if (verdict.type === "refuse") return verdict.rcode;
  return verdict.type === "answer" ? "NOERROR" : "NXDOMAIN";
}

/** RFC 1035 §4.1.4: the question's name is right behind the header, in the client's own letters. */
const POINTER_TO_QUESTION = Uint8Array.of(0xc0, HEADER_LENGTH);

function recordBytes(record: AnswerRecord): Uint8Array {
  // The library compresses no names: written for the root, a record's first byte is its name.
  const packet = dnsPacket.encode({ type: "response", answers: [{ ...record, name: "." }] });
  return Buffer.concat([POINTER_TO_QUESTION, asBuffer(packet).subarray(HEADER_LENGTH + 1)]);
}
