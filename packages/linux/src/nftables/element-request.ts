import { ByteWriter } from "../netlink/byte-writer.ts";
import { NLM_F_CREATE } from "../netlink/constants.ts";
import type { Request } from "../netlink/message.ts";
import { NFT_MSG_DELSETELEM, NFT_MSG_NEWSETELEM } from "./constants.ts";
import { data, parseVerdict, verdictData } from "./data.ts";
import { writeFields } from "./fields.ts";
import { elementsMessage } from "./messages.ts";
import type { NftElementSpec, NftSetSpec, NftTableSpec } from "./spec.ts";
import { writeComment } from "./userdata.ts";

/** A set, and how all messages about its elements begin. */
export interface PreparedSet {
  readonly spec: NftSetSpec;
  readonly head: Uint8Array;
}

export type PreparedSets = ReadonlyMap<string, PreparedSet>;

/** The sets of a table by name. To be made once: each published port is a message for each of a handful of sets. */
export function prepareSets({ name, sets }: NftTableSpec): PreparedSets {
  return new Map(sets.map((spec) => [spec.name, { spec, head: headOf(name, spec) }]));
}

const NESTED = 0x8000;
/** The numbers of the attributes that {@link elementsMessage} declares. */
const NFTA_SET_ELEM_LIST_ELEMENTS = 3 | NESTED;
const NFTA_LIST_ELEM = 1 | NESTED;
const NFTA_SET_ELEM_KEY = 1 | NESTED;
const NFTA_SET_ELEM_DATA = 2 | NESTED;
const NFTA_SET_ELEM_USERDATA = 6;
const NFTA_DATA_VALUE = 1;

/**
 * Adds elements to one set, or deletes them. Written by hand, not by the declared tables: this is most of what a join
 * sends, and each layer in between is code that has to be fetched and interpreted.
 */
export class ElementRequest implements Request {
  readonly type: number;
  readonly flags: number;
  readonly #adds: boolean;
  readonly #set: PreparedSet;
  readonly #elements: readonly NftElementSpec[];

  constructor(verb: "add" | "delete", set: PreparedSet, elements: readonly NftElementSpec[]) {
    this.#adds = verb === "add";
    this.type = this.#adds ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM;
    this.flags = this.#adds ? NLM_F_CREATE : 0;
    this.#set = set;
    this.#elements = elements;
  }

  get what(): string {
    const [first] = this.#elements;
    const more = this.#elements.length > 1 ? ` and ${this.#elements.length - 1} more` : "";
    return `${this.#adds ? "add" : "delete"} element ${this.#set.spec.name} { ${first?.key.join(" . ")} }${more}`;
  }

  write(out: ByteWriter): void {
    const { spec, head } = this.#set;
    out.bytes(head);
    const list = out.begin(NFTA_SET_ELEM_LIST_ELEMENTS);
    for (const element of this.#elements) {
      const start = out.begin(NFTA_LIST_ELEM);
      writeValue(out, NFTA_SET_ELEM_KEY, spec.key, element.key);
      if (this.#adds) {
        writeData(out, spec, element);
        if (element.comment !== "") {
          const comment = out.begin(NFTA_SET_ELEM_USERDATA);
          writeComment(out, element.comment);
          out.end(comment);
        }
      }
      out.end(start);
    }
    out.end(list);
  }
}

function headOf(table: string, { name }: NftSetSpec): Uint8Array {
  const out = new ByteWriter(64);
  elementsMessage.write(out, { NFTA_SET_ELEM_LIST_TABLE: table, NFTA_SET_ELEM_LIST_SET: name });
  return out.finish();
}

function writeData(out: ByteWriter, set: NftSetSpec, element: NftElementSpec): void {
  if (set.data === undefined || element.data === undefined) return;
  if (set.data === "verdict") {
    const start = out.begin(NFTA_SET_ELEM_DATA);
    data.write(out, verdictData(parseVerdict(element.data[0] ?? "")));
    out.end(start);
  } else writeValue(out, NFTA_SET_ELEM_DATA, set.data, element.data);
}

function writeValue(
  out: ByteWriter,
  attribute: number,
  types: Parameters<typeof writeFields>[1],
  texts: readonly string[],
): void {
  const start = out.begin(attribute);
  const value = out.begin(NFTA_DATA_VALUE);
  writeFields(out, types, texts);
  out.end(value);
  out.end(start);
}
