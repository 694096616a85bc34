/** RFC 1035 §4.1.1 and RFC 6895 §2: the message's header. */
export const HEADER_LENGTH = 12;
export const FLAG_QR = 0x8000;
export const OPCODE_MASK = 0x7800;
export const FLAG_AA = 0x0400;
export const FLAG_TC = 0x0200;
export const FLAG_RD = 0x0100;
export const FLAG_RA = 0x0080;
export const FLAG_CD = 0x0010;
export const RCODE_MASK = 0x000f;

export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  /** RFC 6891 §9: more than the header has bits for. */
  BADVERS: 16,
} as const;
export type RcodeName = keyof typeof RCODE;

export const TYPE_SOA = 6;
export const TYPE_OPT = 41;

/** RFC 6891 §6.1.3: the first bit of what is the TTL's lower half elsewhere. */
export const EDNS_DO = 0x8000;
export const OPT_LENGTH = 11;

/** RFC 1035 §2.3.4 */
export const LONGEST_NAME = 255;
export const LONGEST_LABEL = 63;
/** What every UDP client takes (RFC 1035 §2.3.4). */
export const SMALLEST_UDP = 512;
/** RFC 6891 §6.2.5 */
export const LARGEST_UDP = 4096;
/** Passes every link without fragments (DNS flag day 2020). */
export const DEFAULT_UDP = 1232;
export const LARGEST_TCP = 65_535;
