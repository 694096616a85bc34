import { asBuffer } from "../wire/as-buffer.ts";
import { FLAG_CD, FLAG_RD, HEADER_LENGTH } from "../wire/constants.ts";
import { optRecord } from "../wire/header-answer.ts";
import type { Query } from "../wire/query.ts";

export interface UpstreamQueryOptions {
  readonly id: number;
  /** What we take over UDP. Absent: without EDNS, for servers that do not know it. */
  readonly udpSize?: number | undefined;
}

/** The client's question under another id, with our EDNS: what the client says of its own is between it and us. */
export function upstreamQuery(query: Query, { id, udpSize }: UpstreamQueryOptions): Uint8Array {
  const head = Buffer.from(query.bytes.subarray(0, query.questionEnd));
  head.fill(0, 0, HEADER_LENGTH);
  head.writeUInt16BE(id, 0);
  head.writeUInt16BE((query.recursionDesired ? FLAG_RD : 0) | (query.checkingDisabled ? FLAG_CD : 0), 2);
  head.writeUInt16BE(1, 4);
  if (udpSize === undefined) return head;
  head.writeUInt16BE(1, 10);
  return Buffer.concat([head, optRecord({ udpSize, dnssecOk: query.edns?.dnssecOk ?? false })]);
}

/** What makes two questions the same for whoever is asked: DNSSEC records, checking, recursion. */
export function upstreamKey(query: Query): string {
  const { question, edns, checkingDisabled, recursionDesired } = query;
  const flags = [edns?.dnssecOk === true, checkingDisabled, recursionDesired].map(Number).join("");
  return `${flags} ${nameAndType(query, question.type)}`;
}

function nameAndType({ bytes, questionEnd }: Query, type: string): string {
  const name = asBuffer(bytes).toString("latin1", HEADER_LENGTH, questionEnd - 4);
  const classCode = asBuffer(bytes).readUInt16BE(questionEnd - 2);
  return `${type} ${classCode} ${name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())}`;
}
