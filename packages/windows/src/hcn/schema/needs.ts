import * as v from "valibot";
import type { HnsFeature } from "../features.ts";

/** What a field or a whole policy asks of the host. */
export interface Need {
  readonly feature: HnsFeature;
  /** Left out of what is sent to a host that does not know it; without this, such a host is an error. */
  readonly hint?: boolean;
}

/** A field that only newer hosts know. */
export function since<const S extends v.GenericSchema>(feature: HnsFeature, schema: S) {
  return v.pipe(schema, v.metadata({ need: { feature } satisfies Need }));
}

/** A field that only newer hosts know, and that others do well without. */
export function hintSince<const S extends v.GenericSchema>(feature: HnsFeature, schema: S) {
  return v.pipe(schema, v.metadata({ need: { feature, hint: true } satisfies Need }));
}
