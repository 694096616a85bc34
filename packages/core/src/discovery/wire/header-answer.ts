import { asBuffer } from "./as-buffer.ts";
import {
  DEFAULT_UDP,
  EDNS_DO,
  FLAG_QR,
  FLAG_RA,
  FLAG_RD,
  HEADER_LENGTH,
  LARGEST_UDP,
  OPCODE_MASK,
  OPT_LENGTH,
  RCODE_MASK,
  SMALLEST_UDP,
  TYPE_OPT,
} from "./constants.ts";

/** An answer that says no more than the error: for queries whose question cannot be repeated. */
export function headerAnswer(query: Uint8Array, rcode: number, opt?: Uint8Array): Uint8Array {
  const given = asBuffer(query);
  const out = Buffer.alloc(HEADER_LENGTH);
  out.writeUInt16BE(given.readUInt16BE(0), 0);
  const kept = given.readUInt16BE(2) & (OPCODE_MASK | FLAG_RD);
  out.writeUInt16BE(FLAG_QR | FLAG_RA | kept | (rcode & RCODE_MASK), 2);
  if (opt === undefined) return out;
  out.writeUInt16BE(1, 10);
  return Buffer.concat([out, opt]);
}

export interface OptFields {
  /** What the sender takes over UDP. */
  readonly udpSize?: number | undefined;
  readonly rcode?: number;
  readonly dnssecOk: boolean;
}

/** RFC 6891 §6.1.2: an OPT record without options. */
export function optRecord({ udpSize, rcode = 0, dnssecOk }: OptFields): Uint8Array {
  const out = Buffer.alloc(OPT_LENGTH);
  out.writeUInt16BE(TYPE_OPT, 1);
  out.writeUInt16BE(serverUdpSize(udpSize), 3);
  out.writeUInt8(rcode >> 4, 5);
  out.writeUInt16BE(dnssecOk ? EDNS_DO : 0, 7);
  return out;
}

/** From 512 to 4,096 bytes; 1,232 unless given. */
export const serverUdpSize = (size = DEFAULT_UDP): number => Math.min(Math.max(size, SMALLEST_UDP), LARGEST_UDP);
