import { asBuffer } from "../wire/as-buffer.ts";
import { RCODE, TYPE_OPT, TYPE_SOA } from "../wire/constants.ts";
import type { RecordPlace } from "../wire/walk-message.ts";
import type { UpstreamAnswer } from "./upstream-answer.ts";

export interface TtlCaps {
  /** Seconds. Default: 3,600. */
  readonly positive?: number;
  /** Seconds, for names and records that do not exist. Default: 300. */
  readonly negative?: number;
}

/** For how many seconds an answer may be given again (RFC 1035 §3.2.1, RFC 2308 §5); 0: not at all. */
export function answerTtl(answer: UpstreamAnswer, caps: TtlCaps = {}): number {
  const { parts, rcode, truncated } = answer;
  if (truncated || (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN)) return 0;
  const counted = parts.records.filter(({ type }) => type !== TYPE_OPT);
  const ttls = counted.map(({ ttlAt }) => readTtl(answer, ttlAt));
  const answers = counted.some(({ section, type }) => section === "answer" && type === questionType(answer));
  if (rcode === RCODE.NOERROR && answers) return Math.min(caps.positive ?? 3600, ...ttls);
  const soa = parts.records.find(({ section, type }) => section === "authority" && type === TYPE_SOA);
  // Without an SOA nobody says how long the name will not exist (RFC 2308 §5).
  return soa === undefined ? 0 : Math.min(caps.negative ?? 300, minimum(answer, soa), ...ttls);
}

/** RFC 2181 §8: with the highest bit set it counts as 0. */
function readTtl({ bytes }: UpstreamAnswer, at: number): number {
  const ttl = asBuffer(bytes).readUInt32BE(at);
  return ttl > 0x7fff_ffff ? 0 : ttl;
}

/** The SOA's last field (RFC 1035 §3.3.13). */
const minimum = (answer: UpstreamAnswer, soa: RecordPlace): number => readTtl(answer, soa.end - 4);

const questionType = ({ bytes, parts }: UpstreamAnswer): number => asBuffer(bytes).readUInt16BE(parts.questionEnd - 4);
