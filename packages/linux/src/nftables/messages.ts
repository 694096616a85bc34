import {
  attributes,
  be32,
  be64,
  bytes,
  cstring,
  custom,
  listOf,
  nested,
  type PayloadCodec,
  type ValuesOf,
} from "../netlink/attributes.ts";
import type { ByteReader } from "../netlink/byte-reader.ts";
import type { ByteWriter } from "../netlink/byte-writer.ts";
import type { MessageCodec } from "../netlink/message.ts";
import { NFPROTO_INET } from "./constants.ts";
import { data } from "./data.ts";
import type { Expression } from "./expressions/expression.ts";

/** struct nfgenmsg before the attributes; nf_tables is spoken in version 0. */
function nfnetlink<T>(body: PayloadCodec<T>, family = NFPROTO_INET, resource = 0): MessageCodec<T> {
  return {
    write(out: ByteWriter, value: T) {
      out.u8(family);
      out.u8(0);
      out.be16(resource);
      body.write(out, value);
    },
    read(input: ByteReader) {
      input.u32();
      return body.read(input, {});
    },
  };
}

const nothing: PayloadCodec<void> = { write: () => undefined, read: () => undefined };

/** BATCH_BEGIN and BATCH_END name the subsystem in the header's resource field. */
export const batchMessage = (subsystem: number): MessageCodec<void> => nfnetlink(nothing, 0, subsystem);

export const tableMessage = nfnetlink(
  attributes({
    NFTA_TABLE_NAME: cstring(1),
    NFTA_TABLE_FLAGS: be32(2),
    NFTA_TABLE_USE: be32(3),
    NFTA_TABLE_HANDLE: be64(4),
  }),
);

/** Of any family: what somebody else's tables are looked for with. */
export const anyFamily = nfnetlink(nothing, 0);

const hook = attributes({ NFTA_HOOK_HOOKNUM: be32(1), NFTA_HOOK_PRIORITY: be32(2), NFTA_HOOK_DEV: cstring(3) });

const chainAttributes = attributes({
  NFTA_CHAIN_TABLE: cstring(1),
  NFTA_CHAIN_HANDLE: be64(2),
  NFTA_CHAIN_NAME: cstring(3),
  NFTA_CHAIN_HOOK: nested(4, hook, true),
  NFTA_CHAIN_POLICY: be32(5),
  NFTA_CHAIN_USE: be32(6),
  NFTA_CHAIN_TYPE: cstring(7),
});

export const chainMessage = nfnetlink(chainAttributes);

/** A chain of any family, with the family: for looking at other people's tables. */
export const foreignChainMessage: MessageCodec<ValuesOf<typeof chainAttributes> & { readonly family: number }> = {
  write: (out) => anyFamily.write(out, undefined),
  read(input) {
    const family = input.u8();
    input.bytes(3);
    return { ...chainAttributes.read(input, {}), family };
  },
};

const expression = attributes({ NFTA_EXPR_NAME: cstring(1), NFTA_EXPR_DATA: bytes(2) });

/** Expressions are written from objects; read back, only their names and raw attributes are kept. */
const expressionList: PayloadCodec<readonly Expression[]> = {
  write(out, expressions) {
    for (const { name, write } of expressions) {
      const start = out.length;
      out.u16(0);
      out.u16(0x8001);
      cstringAttribute(out, 1, name);
      const inner = out.length;
      out.u16(0);
      out.u16(0x8002);
      write(out);
      out.patchU16(inner, out.length - inner);
      out.align(4);
      out.patchU16(start, out.length - start);
    }
  },
  read(input) {
    return listOf(0, nested(1, expression))
      .codec.read(input, {})
      .map(({ NFTA_EXPR_NAME, NFTA_EXPR_DATA }) => ({
        name: NFTA_EXPR_NAME ?? "",
        write: (out) => out.bytes(NFTA_EXPR_DATA ?? new Uint8Array()),
      }));
  },
};

function cstringAttribute(out: ByteWriter, type: number, text: string): void {
  const start = out.length;
  out.u16(0);
  out.u16(type);
  out.text(text);
  out.u8(0);
  out.patchU16(start, out.length - start);
  out.align(4);
}

export const ruleMessage = nfnetlink(
  attributes({
    NFTA_RULE_TABLE: cstring(1),
    NFTA_RULE_CHAIN: cstring(2),
    NFTA_RULE_HANDLE: be64(3),
    NFTA_RULE_EXPRESSIONS: { ...custom(4, expressionList), nestedFlag: true },
    NFTA_RULE_POSITION: be64(6),
    NFTA_RULE_USERDATA: bytes(7),
  }),
);

const setDescription = attributes({
  NFTA_SET_DESC_SIZE: be32(1),
  NFTA_SET_DESC_CONCAT: listOf(2, nested(1, attributes({ NFTA_SET_FIELD_LEN: be32(1) }), true)),
});

export const setMessage = nfnetlink(
  attributes({
    NFTA_SET_TABLE: cstring(1),
    NFTA_SET_NAME: cstring(2),
    NFTA_SET_FLAGS: be32(3),
    NFTA_SET_KEY_TYPE: be32(4),
    NFTA_SET_KEY_LEN: be32(5),
    NFTA_SET_DATA_TYPE: be32(6),
    NFTA_SET_DATA_LEN: be32(7),
    NFTA_SET_POLICY: be32(8),
    NFTA_SET_DESC: nested(9, setDescription, true),
    NFTA_SET_ID: be32(10),
    NFTA_SET_USERDATA: bytes(13),
    NFTA_SET_HANDLE: be64(16),
  }),
);

const element = attributes({
  NFTA_SET_ELEM_KEY: nested(1, data, true),
  NFTA_SET_ELEM_DATA: nested(2, data, true),
  NFTA_SET_ELEM_FLAGS: be32(3),
  NFTA_SET_ELEM_USERDATA: bytes(6),
  NFTA_SET_ELEM_KEY_END: nested(10, data, true),
});

export const elementsMessage = nfnetlink(
  attributes({
    NFTA_SET_ELEM_LIST_TABLE: cstring(1),
    NFTA_SET_ELEM_LIST_SET: cstring(2),
    NFTA_SET_ELEM_LIST_ELEMENTS: listOf(3, nested(1, element, true)),
  }),
);

export const generationMessage = nfnetlink(
  attributes({ NFTA_GEN_ID: be32(1), NFTA_GEN_PROC_PID: be32(2), NFTA_GEN_PROC_NAME: cstring(3) }),
);
