import { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { DecodeError } from "./decode-error.ts";

const NLA_HEADER = 4;
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/** How the payload of an attribute is written and read. `siblings`: the attributes read before it in the same table. */
export interface PayloadCodec<T> {
  write(out: ByteWriter, value: T): void;
  /** The reader holds exactly the payload. */
  read(input: ByteReader, siblings: Readonly<Record<string, unknown>>): T;
}

/** One row of an attribute table: the number that the kernel gives it, and its payload. */
export interface Attribute<T> {
  readonly type: number;
  readonly codec: PayloadCodec<T>;
  /** NLA_F_NESTED is set when writing. */
  readonly nestedFlag?: boolean;
  /** The attribute may stand several times; its value is an array, an element for each. */
  readonly repeated?: boolean;
}

export interface UnknownAttribute {
  readonly type: number;
  readonly payload: Uint8Array;
}

// biome-ignore lint/suspicious/noExplicitAny: a table has rows of every payload type, and Attribute<T> is invariant in T
export type AttributeTable = Readonly<Record<string, Attribute<any>>>;

/** The values of a table: every attribute optional, by the kernel's name; what the table does not know is kept raw. */
export type AttributeValues<T extends AttributeTable> = {
  readonly [K in keyof T]?: (T[K] extends Attribute<infer V> ? V : never) | undefined;
} & { readonly unknown?: readonly UnknownAttribute[] };

/** The values that a codec made by {@link attributes} reads and writes. */
export type ValuesOf<C> = C extends PayloadCodec<infer V> ? V : never;

/**
 * From a table of attributes: encoder, decoder and TypeScript type in one value.
 *
 * Attributes are written in the order of the value's own keys. Unknown ones are kept when reading and written back.
 *
 * @example const vxlan = attributes({ IFLA_VXLAN_ID: u32(1), IFLA_VXLAN_PORT: be16(15) });
 */
export function attributes<T extends AttributeTable>(table: T): PayloadCodec<AttributeValues<T>> {
  const byType = new Map(Object.entries(table).map(([name, attribute]) => [attribute.type, { name, attribute }]));

  return {
    write(out, values) {
      const named: Readonly<Record<string, unknown>> = values;
      for (const name in named) {
        const value = named[name];
        if (value === undefined) continue;
        if (name === "unknown") {
          for (const raw of value as readonly UnknownAttribute[])
            writeAttribute(out, raw.type, bytesCodec, raw.payload);
          continue;
        }
        const attribute = table[name];
        if (attribute === undefined) throw new TypeError(`no attribute ${name} in this table`);
        const type = attribute.nestedFlag === true ? attribute.type | NLA_F_NESTED : attribute.type;
        if (attribute.repeated !== true) writeAttribute(out, type, attribute.codec, value);
        else for (const one of value as readonly unknown[]) writeAttribute(out, type, attribute.codec, one);
      }
    },

    read(input) {
      const values: Record<string, unknown> = {};
      const unknown: UnknownAttribute[] = [];
      for (const { type, payload } of readAttributes(input)) {
        const known = byType.get(type);
        if (known === undefined) {
          unknown.push({ type, payload });
          continue;
        }
        const value = known.attribute.codec.read(new ByteReader(payload), values);
        const earlier = values[known.name] as readonly unknown[] | undefined;
        if (known.attribute.repeated === true) values[known.name] = [...(earlier ?? []), value];
        else values[known.name] = value;
      }
      if (unknown.length > 0) values["unknown"] = unknown;
      return values as AttributeValues<T>;
    },
  };
}

export function writeAttribute<T>(out: ByteWriter, type: number, codec: PayloadCodec<T>, value: T): void {
  const start = out.begin(type);
  codec.write(out, value);
  out.end(start);
}

/** Splits a run of attributes; trailing bytes too short for a header are padding. */
export function* readAttributes(input: ByteReader): Generator<UnknownAttribute> {
  while (input.left >= NLA_HEADER) {
    const length = input.u16();
    const type = input.u16() & NLA_TYPE_MASK;
    if (length < NLA_HEADER) throw new DecodeError(`attribute ${type}: length ${length} is less than its header`);
    const payload = input.bytes(length - NLA_HEADER);
    input.skip((4 - (length % 4)) % 4);
    yield { type, payload };
  }
}

const bytesCodec: PayloadCodec<Uint8Array> = {
  write: (out, value) => out.bytes(value),
  read: (input) => input.rest(),
};

/** A row with a payload codec of its own. */
export const custom = <T>(type: number, codec: PayloadCodec<T>): Attribute<T> => ({ type, codec });

const numeric =
  (write: (out: ByteWriter, value: number) => void, read: (input: ByteReader) => number) =>
  (type: number): Attribute<number> => ({ type, codec: { write, read } });

const big =
  (write: (out: ByteWriter, value: bigint) => void, read: (input: ByteReader) => bigint) =>
  (type: number): Attribute<bigint> => ({ type, codec: { write, read } });

export const u8 = numeric(
  (out, v) => out.u8(v),
  (input) => input.u8(),
);
export const u16 = numeric(
  (out, v) => out.u16(v),
  (input) => input.u16(),
);
export const u32 = numeric(
  (out, v) => out.u32(v),
  (input) => input.u32(),
);
export const i32 = numeric(
  (out, v) => out.i32(v),
  (input) => input.i32(),
);
export const be16 = numeric(
  (out, v) => out.be16(v),
  (input) => input.be16(),
);
export const be32 = numeric(
  (out, v) => out.be32(v),
  (input) => input.be32(),
);
export const u64 = big(
  (out, v) => out.u64(v),
  (input) => input.u64(),
);
export const be64 = big(
  (out, v) => out.be64(v),
  (input) => input.be64(),
);

/** Present or not: no payload. */
export const flag = (type: number): Attribute<true> => ({
  type,
  codec: { write: () => undefined, read: () => true },
});

export const bytes = (type: number): Attribute<Uint8Array> => ({ type, codec: bytesCodec });

const decoder = new TextDecoder();

/** NUL-terminated, as the kernel writes names. */
export const cstring = (type: number): Attribute<string> => ({
  type,
  codec: {
    write(out, value) {
      out.text(value);
      out.zeros(1);
    },
    read(input) {
      const payload = input.rest();
      const end = payload.indexOf(0);
      return decoder.decode(end < 0 ? payload : payload.subarray(0, end));
    },
  },
});

/** A table inside an attribute. `nestedFlag`: newer families want NLA_F_NESTED, rtnetlink's older ones do without. */
export const nested = <T>(type: number, codec: PayloadCodec<T>, nestedFlag = false): Attribute<T> => ({
  type,
  codec,
  nestedFlag,
});

/** May stand several times. */
export const repeated = <T>(attribute: Attribute<T>): Attribute<readonly T[]> => ({
  ...(attribute as unknown as Attribute<readonly T[]>),
  repeated: true,
});

/** An array as netfilter nests it: attributes of one type (usually NFTA_LIST_ELEM), an element each. */
export const listOf = <T>(type: number, element: Attribute<T>, nestedFlag = true): Attribute<readonly T[]> => {
  const elementType = element.nestedFlag === true ? element.type | NLA_F_NESTED : element.type;
  return {
    type,
    nestedFlag,
    codec: {
      write(out, values) {
        for (const value of values) writeAttribute(out, elementType, element.codec, value);
      },
      read(input) {
        const values: T[] = [];
        for (const { payload } of readAttributes(input)) values.push(element.codec.read(new ByteReader(payload), {}));
        return values;
      },
    },
  };
};

/**
 * A payload whose shape an earlier attribute tells (IFLA_INFO_DATA by IFLA_INFO_KIND): `choose` gets that attribute's
 * value; what it does not know is kept as bytes. When writing, the value is written by the codec that `choose` gives.
 */
export const dependent = <T>(
  type: number,
  on: string,
  choose: (discriminator: unknown) => PayloadCodec<T> | undefined,
  nestedFlag = false,
): Attribute<Dependent<T>> => ({
  type,
  nestedFlag,
  codec: {
    write(out, { of, value }) {
      const codec = of === undefined ? undefined : choose(of);
      if (codec !== undefined) codec.write(out, value as T);
      else out.bytes(value as Uint8Array);
    },
    read(input, siblings) {
      const of = siblings[on];
      const codec = choose(of);
      return codec === undefined ? { of: undefined, value: input.rest() } : { of, value: codec.read(input, siblings) };
    },
  },
});

/** `of` = the discriminator whose codec reads and writes `value`; undefined = raw bytes. */
export type Dependent<T> = { readonly of: unknown; readonly value: T | Uint8Array };
