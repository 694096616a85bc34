import * as v from "valibot";
import { count, id, optional, text } from "./schema/fields.ts";

/**
 * What every HNS document begins with. `SchemaVersion` is left to the client. `Owner` is who made it: the mark by
 * which cnm knows its own objects.
 */
export const base = {
  ID: id,
  Owner: optional(text),
  Name: optional(text),
  AdditionalParams: optional(v.unknown()),
  Health: optional(v.unknown()),
  State: optional(count),
};

/** A document that asks for an object: what only HNS can know is not in it. Without an ID, HNS chooses one. */
export type Wanted<D extends { readonly ID: unknown }> = Omit<D, "ID" | "Health" | "State"> & Partial<Pick<D, "ID">>;
