import * as v from "valibot";

/** A policy as it stands in a document: a type, and settings that depend on it. */
export const policy = <const Type extends string, const S extends v.GenericSchema>(type: Type, settings: S) =>
  v.object({ Type: v.literal(type), Settings: settings });

/** One that this version of cnm does not know, or whose settings it does not understand: kept for people, never sent. */
export const otherPolicy = v.pipe(
  v.looseObject({ Type: v.string() }),
  v.transform(({ Type, Settings }) => ({ Type: "Other" as const, Name: Type, Settings })),
);
