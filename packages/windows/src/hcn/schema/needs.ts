import * as v from "valibot";
import type { HnsFeature } from "../features.ts";

/** What a field, a policy or a value asks of the host. */
export interface Need {
  readonly feature: HnsFeature;
  /** Left out of what is sent to a host that does not know it; without this, such a host is an error. */
  readonly hint?: boolean;
}

/** What this one value asks for; `what` names it, where the field alone does not. */
export type NeedsOf = (value: unknown) => readonly { readonly feature: HnsFeature; readonly what: string }[];

/** A field that only newer hosts know. */
export function since<const S extends v.GenericSchema>(feature: HnsFeature, schema: S) {
  return v.pipe(schema, v.metadata({ need: { feature } satisfies Need }));
}

/** A field that only newer hosts know, and that others do well without. */
export function hintSince<const S extends v.GenericSchema>(feature: HnsFeature, schema: S) {
  return v.pipe(schema, v.metadata({ need: { feature, hint: true } satisfies Need }));
}

/** A field some of whose values only newer hosts know. */
export function valuesSince<const S extends v.GenericSchema>(needsOf: NeedsOf, schema: S) {
  return v.pipe(schema, v.metadata({ needsOf }));
}

export function needOf(schema: v.GenericSchema): Need | undefined {
  const { need } = v.getMetadata(schema);
  return need as Need | undefined;
}

export function needsOfValue(schema: v.GenericSchema, value: unknown): ReturnType<NeedsOf> {
  const { needsOf } = v.getMetadata(schema);
  return typeof needsOf === "function" ? (needsOf as NeedsOf)(value) : [];
}
