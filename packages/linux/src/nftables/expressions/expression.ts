import type { AttributeTable, AttributeValues, PayloadCodec } from "../../netlink/attributes.ts";
import { attributes } from "../../netlink/attributes.ts";
import type { ByteWriter } from "../../netlink/byte-writer.ts";

/** One step of a rule: what the kernel calls it, and its attributes, ready to be written. */
export interface Expression {
  readonly name: string;
  write(out: ByteWriter): void;
}

/** A kind of expression from its attribute table: give it values, and get the expression. */
export function expressionKind<T extends AttributeTable>(
  name: string,
  table: T,
): { readonly codec: PayloadCodec<AttributeValues<T>>; make(values: AttributeValues<T>): Expression } {
  const codec = attributes(table);
  return { codec, make: (values) => ({ name, write: (out) => codec.write(out, values) }) };
}
