import type { ByteWriter } from "../netlink/byte-writer.ts";
import { DecodeError } from "../netlink/decode-error.ts";
import { ipText, writeIp } from "../route/ip-bytes.ts";

/** What a set's key or data is made of. The names are nft's, where it has some. */
export type NftFieldType = "ipv4_addr" | "ipv6_addr" | "ifname" | "inet_proto" | "inet_service" | "mark";

interface Field {
  /** nft's number for the type: with it `nft list` shows elements in its own words. */
  readonly datatype: number;
  /** In the byte order of the host, where nft looks at it as a number. */
  readonly hostOrder?: boolean;
  readonly length: number;
  /** Its bytes; what is shorter than its length is filled up. */
  write(out: ByteWriter, text: string): void;
  decode(bytes: Uint8Array): string;
}

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["icmp", 1],
  ["tcp", 6],
  ["udp", 17],
  ["ipv6-icmp", 58],
  ["sctp", 132],
]);
const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([...PROTOCOLS].map(([name, number]) => [number, name]));

export function protocolNumber(name: string): number {
  const number = PROTOCOLS.get(name);
  if (number === undefined) throw new TypeError(`no protocol ${name}`);
  return number;
}

const IFNAMSIZ = 16;
const decoder = new TextDecoder();

const FIELDS: Readonly<Record<NftFieldType, Field>> = {
  ipv4_addr: { datatype: 7, length: 4, write: writeIp, decode: ipText },
  ipv6_addr: { datatype: 8, length: 16, write: writeIp, decode: ipText },
  ifname: {
    datatype: 41,
    length: IFNAMSIZ,
    hostOrder: true,
    write: (out, text) => out.text(text),
    decode: (bytes) => decoder.decode(bytes.subarray(0, bytes.indexOf(0) < 0 ? bytes.length : bytes.indexOf(0))),
  },
  inet_proto: {
    datatype: 12,
    length: 1,
    write: (out, text) => out.u8(protocolNumber(text)),
    decode: (bytes) => PROTOCOL_NAMES.get(bytes[0] ?? 0) ?? String(bytes[0]),
  },
  inet_service: {
    datatype: 13,
    length: 2,
    write: (out, text) => out.be16(Number(text)),
    decode: (bytes) => String(((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)),
  },
  mark: {
    datatype: 19,
    length: 4,
    hostOrder: true,
    write: (out, text) => out.u32(Number(text)),
    decode: (bytes) => String(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)),
  },
};

/** The length of one field as it lies in registers: whole words. */
export const paddedLength = (type: NftFieldType): number => (FIELDS[type].length + 3) & ~3;

/** A single field has its own length; in a concatenation each takes whole words. */
export function fieldsLength(types: readonly NftFieldType[]): number {
  const [only] = types;
  if (types.length === 1 && only !== undefined) return FIELDS[only].length;
  return types.reduce((sum, type) => sum + paddedLength(type), 0);
}

/** nft's number of a concatenation: six bits a field. */
export const fieldsDatatype = (types: readonly NftFieldType[]): number =>
  types.reduce((number, type) => (number << 6) | FIELDS[type].datatype, 0);

/** Whether nft has to be told that what it lists is in the host's byte order. */
export function isHostOrder(types: readonly NftFieldType[]): boolean {
  const [only] = types;
  return types.length === 1 && only !== undefined && FIELDS[only].hostOrder === true;
}

/** Texts, in the order of the types, as the bytes of a key or of data. */
export function writeFields(out: ByteWriter, types: readonly NftFieldType[], texts: readonly string[]): void {
  if (types.length !== texts.length) throw new TypeError(`${types.length} fields wanted, got ${texts.join(" . ")}`);
  const alone = types.length === 1;
  types.forEach((type, index) => {
    const field = FIELDS[type];
    const text = texts[index] ?? "";
    const start = out.length;
    field.write(out, text);
    if (!out.fill(start, field.length)) throw new TypeError(`"${text}" is too long for a field of type ${type}`);
    if (!alone) out.align(4);
  });
}

/** The reverse. Throws DecodeError when the length is not that of the types. */
export function decodeFields(types: readonly NftFieldType[], bytes: Uint8Array): readonly string[] {
  const expected = fieldsLength(types);
  if (bytes.length !== expected)
    throw new DecodeError(`fields ${types.join(" . ")}: ${bytes.length} bytes, not ${expected}`);
  let at = 0;
  return types.map((type) => {
    const field = FIELDS[type];
    const text = field.decode(bytes.subarray(at, at + field.length));
    at += paddedLength(type);
    return text;
  });
}
