import { ByteReader } from "../../packages/linux/src/netlink/byte-reader.ts";
import { NLM_F_ACK, NLM_F_REQUEST } from "../../packages/linux/src/netlink/constants.ts";
import type { NetlinkMessage } from "../../packages/linux/src/netlink/message.ts";
import type { Layout, Nests } from "./layouts.ts";

const NESTED = 0x8000;
const ORDER = 0x4000;

/**
 * A message as lines of text that a test can compare: `header.index = 3`, `18.1 = "bridge"`. The lines are read
 * by no codec of ours, and attributes are sorted by their numbers, for the kernel takes them in any order.
 */
export function messageLines(
  { type, flags, payload }: Pick<NetlinkMessage, "type" | "flags" | "payload">,
  layout: Layout,
) {
  const input = new ByteReader(payload);
  const fields = Object.entries(layout.header).map(([name, size]) => `header.${name} = ${hex(input.bytes(size))}`);
  const asked = (flags & ~(NLM_F_REQUEST | NLM_F_ACK)).toString(16);
  return [`type = ${type}`, `flags = 0x${asked}`, ...fields, ...attributeLines(input.rest(), layout.nests, "")];
}

function attributeLines(bytes: Uint8Array, nests: Nests, path: string, list = false): readonly string[] {
  const seen = new Map<number, number>();
  const attributes = [...split(bytes)].map((attribute) => (list ? { ...attribute, type: 1 } : attribute));
  return attributes
    .sort((a, b) => a.type - b.type)
    .flatMap(({ type, nested, payload }) => {
      const before = seen.get(type) ?? 0;
      seen.set(type, before + 1);
      const name = `${path}${type}${before === 0 ? "" : `#${before}`}`;
      const nest = nests[type];
      if (nest === undefined && !nested) return [`${name} = ${words(payload) ?? hex(payload)}`];
      const { skip = 0, nests: inner = {}, list = false } = nest ?? {};
      // Older families do without the flag, newer ones insist on it: it is compared where it is set at all.
      return [`${name}${nested ? " nested" : ""}`, ...attributeLines(payload.subarray(skip), inner, `${name}.`, list)];
    });
}

function* split(bytes: Uint8Array) {
  const input = new ByteReader(bytes);
  while (input.left >= 4) {
    const length = input.u16();
    const type = input.u16();
    const payload = input.bytes(length - 4);
    input.skip((4 - (length % 4)) % 4);
    yield { type: type & ~(NESTED | ORDER), nested: (type & NESTED) !== 0, payload };
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** A text is the same with and without a NUL behind it. */
function words(payload: Uint8Array): string | undefined {
  const text = Buffer.from(payload).toString("latin1");
  return /^[\x20-\x7e]{2,}\0?$/.test(text) ? `"${text.replace("\0", "")}"` : undefined;
}
