import dnsPacket from "dns-packet";
import { withoutTrailingDot } from "../dns-name.ts";
import { asBuffer } from "./as-buffer.ts";
import { FLAG_CD, FLAG_QR, FLAG_RD, HEADER_LENGTH, OPCODE_MASK, RCODE, SMALLEST_UDP } from "./constants.ts";
import { headerAnswer, optRecord } from "./header-answer.ts";
import type { Query } from "./query.ts";
import { plainNameEnd } from "./skip-name.ts";
import type { AnswerOptions } from "./write-answer.ts";

export type QueryReading =
  | { readonly type: "query"; readonly query: Query }
  /** No query that can be answered, but one that gets these bytes. */
  | { readonly type: "reply"; readonly bytes: Uint8Array }
  /** No query: whoever answered would keep two servers talking to each other. */
  | { readonly type: "ignore" };

/**
 * Reads what a client sent. It never throws: too short for a header and responses are ignored, another opcode gets
 * NOTIMP, another EDNS version BADVERS (RFC 6891 §6.1.3), and everything else that is wrong FORMERR: not one question
 * (RFC 9619), records in sections where a query has none, and bytes that are no message.
 */
export function readQuery(bytes: Uint8Array, options: Pick<AnswerOptions, "udpSize"> = {}): QueryReading {
  if (bytes.length < HEADER_LENGTH) return { type: "ignore" };
  const buffer = asBuffer(bytes);
  const flags = buffer.readUInt16BE(2);
  if ((flags & FLAG_QR) !== 0) return { type: "ignore" };
  if ((flags & OPCODE_MASK) !== 0) return { type: "reply", bytes: headerAnswer(bytes, RCODE.NOTIMP) };
  const formatError: QueryReading = { type: "reply", bytes: headerAnswer(bytes, RCODE.FORMERR) };
  if (buffer.readUInt16BE(4) !== 1 || buffer.readUInt32BE(6) !== 0) return formatError;
  const nameEnd = plainNameEnd(bytes, HEADER_LENGTH);
  const packet = nameEnd === undefined ? undefined : decode(buffer);
  const question = packet?.questions?.[0];
  if (nameEnd === undefined || packet === undefined || question === undefined) return formatError;

  const opts = (packet.additionals ?? []).filter((record) => record.type === "OPT");
  const [opt] = opts;
  if (opts.length > 1 || (opt !== undefined && opt.name !== ".")) return formatError;
  const query: Query = {
    id: packet.id ?? 0,
    question: { name: withoutTrailingDot(question.name), type: question.type, class: question.class ?? "IN" },
    recursionDesired: (flags & FLAG_RD) !== 0,
    checkingDisabled: (flags & FLAG_CD) !== 0,
    ...(opt === undefined ? {} : { edns: { dnssecOk: opt.flag_do } }),
    udpSize: Math.max(SMALLEST_UDP, opt?.udpPayloadSize ?? 0),
    bytes,
    questionEnd: nameEnd + 4,
  };
  if (opt === undefined || opt.ednsVersion === 0) return { type: "query", query };
  const badVersion = optRecord({ udpSize: options.udpSize, rcode: RCODE.BADVERS, dnssecOk: opt.flag_do });
  return { type: "reply", bytes: headerAnswer(bytes, RCODE.BADVERS, badVersion) };
}

/** Undefined for what is no message from its first byte to its last. */
function decode(buffer: Buffer): dnsPacket.DecodedPacket | undefined {
  // A query of ours has no more than OPT and a signature there; others only cost time.
  if (buffer.readUInt16BE(10) > MOST_ADDITIONALS) return undefined;
  try {
    const packet = dnsPacket.decode(buffer);
    return dnsPacket.decode.bytes === buffer.length ? packet : undefined;
  } catch {
    // It throws whatever its helpers throw: all of it says that the bytes are wrong.
    return undefined;
  }
}

const MOST_ADDITIONALS = 4;
